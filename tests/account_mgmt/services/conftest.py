"""The family of the guides in a fresh database, and an application on each of the two kinds of database."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

import wsgi
from config.clock import FrozenClock
from config.database import Base, db
from config.mailer import Mail
from config.services import Services
from config.settings import DatabaseSettings, Settings
from tests.factories import Dupont, dupont

Mails = Callable[[], list[Mail]]


@pytest.fixture
def family(session: Session) -> Dupont:
    """The Duponts: Jean's account for Dylan is confirmed, all others have an unused letter."""
    family = dupont(session)
    session.commit()
    return family


@pytest.fixture(params=["sqlite", "postgresql"])
def each_app(request: pytest.FixtureRequest, settings: Settings, clock: FrozenClock) -> Iterator[Flask]:
    """The application on SQLite, then on PostgreSQL; the test is inside its context."""
    if request.param == "sqlite":
        app: Flask = request.getfixturevalue("app")
        with app.app_context():
            yield app
        return
    url = DatabaseSettings(url=request.getfixturevalue("postgresql_url"))
    app = wsgi.create_app(settings.model_copy(update={"database": url}), clock=clock)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()
        services: Services = app.extensions["services"]
        services.store.close()
