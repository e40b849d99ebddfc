"""The addresses of OpenID Connect."""

from flask import Blueprint

from idp.oidc.web import authorize, logout, public_documents, tokens

BLUEPRINTS: tuple[Blueprint, ...] = (authorize.blueprint, tokens.blueprint, public_documents.blueprint, logout.blueprint)
"""`tokens.blueprint` is called by servers and `authorize` from other sites: no form of ours, so no CSRF token comes with them."""

__all__ = ["BLUEPRINTS"]
