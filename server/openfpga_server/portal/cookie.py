"""What the browser of somebody who signed in sends along."""

SESSION_COOKIE = "openfpga_session"
CSRF_HEADER = "X-OpenFPGA-CSRF"
