"""Sheet: many pieces of a page as one element of Streamlit."""
