"""The addresses of OpenID Connect."""

from flask import Blueprint

from idp.oidc.web import authorize, logout, public_documents, tokens

BLUEPRINTS: tuple[Blueprint, ...] = (authorize.blueprint, tokens.blueprint, public_documents.blueprint, logout.blueprint)

__all__ = ["BLUEPRINTS"]
