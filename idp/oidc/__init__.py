"""OpenID Connect: reading requests, answering them with codes, and codes with tokens. What is released is decided elsewhere.

One front end of the pipeline among others. See README.md here for what is supported and where it departs from the texts.
"""
