"""The portal: an API for keys and usage, and the web page in front of it (docs/portal.md)."""
