"""History: an account's past, asked at its own pace beside its refreshes."""
