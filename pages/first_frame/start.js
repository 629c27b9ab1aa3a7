// The start: Streamlit connects at once, without asking first where its server is and which pages may embed it.
window.__streamlit = {
  ...window.__streamlit,
  BACKEND_BASE_URL: location.origin,
  HOST_CONFIG: { allowedOrigins: [location.origin], useExternalAuthToken: false },
};
