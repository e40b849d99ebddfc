"""The headers by which browsers protect the people at our pages.

Decision on `form-action`: our own site and any https address. Chromium (tried with 156) applies it to every redirect that
follows a form: after the password, the browser goes on to the relying party, and often from there to another host of its
own. Rejected: `'self'`, which stops each login at the last step; the relying party's own address, which stops those that
redirect once more. What remains refused is what an injected form would use first: plain http and other schemes.
Outside production services on this machine are let in too: the demonstration has them.
"""

from flask import Flask, Response

from config.services import Services

YEAR = 365 * 24 * 3600
PAGE_POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self' data:",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
LOOPBACK = "http://localhost:* http://127.0.0.1:*"
UNUSED_FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "microphone",
    "midi",
    "payment",
    "usb",
)
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
    # Relying parties do not learn the addresses of our pages; ours still see where a form came from.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
"""What every answer carries, unless its view said something else."""


def init_security_headers(app: Flask) -> None:
    """Put the headers on every answer of the application; static files have theirs from `wsgi.py`."""
    services: Services = app.extensions["services"]
    page_policy = policy_of_pages(services.settings.mode == "production")
    headers = dict(HEADERS)
    if services.settings.http.secure:
        headers["Strict-Transport-Security"] = f"max-age={2 * YEAR}"

    # Chromium shows PDF in a viewer of its own, which `default-src 'none'` would keep from loading.
    policies = {"text/html": page_policy, "application/pdf": "frame-ancestors 'none'"}
    variants = {kind: {**headers, "Content-Security-Policy": policy} for kind, policy in policies.items()}

    @app.after_request
    def protect(response: Response) -> Response:
        said = {name.lower() for name, _value in response.headers}
        for name, value in variants.get(response.mimetype or "", headers).items():
            if name.lower() not in said:
                response.headers.add(name, value)
        return response


def policy_of_pages(production: bool) -> str:
    """The content security policy of pages: nothing inline, nothing from elsewhere, in nobody's frame."""
    destinations = "'self' https:" if production else f"'self' https: {LOOPBACK}"
    return "; ".join(f"{name} {value}" for name, value in {**PAGE_POLICY, "form-action": destinations}.items())
