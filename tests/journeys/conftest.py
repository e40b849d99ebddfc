"""Some journeys are made in a real browser, at a service that runs: here are its clock and the service."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
from werkzeug.serving import make_server

from idp.demo.relying_party import Service
from idp.demo.site import create_site
from tests.browser.live_site import LiveSite
from tests.relying_parties import SECRET, register


@pytest.fixture
def site_in_real_time(site: LiveSite) -> LiveSite:
    """The site at the hour of the machine: the service reads real clocks."""
    site.clock.advance(seconds=(datetime.now(UTC) - site.clock.now()).total_seconds())
    return site


@pytest.fixture
def service_address(site_in_real_time: LiveSite, tmp_path: Path) -> Iterator[str]:
    """The sample service, registered and running."""
    site = site_in_real_time
    server = make_server("127.0.0.1", 0, lambda _environ, _start: [], threaded=True)
    origin = f"http://localhost:{server.server_port}"
    address = f"{origin}/services/icart"
    with site.database() as session:
        register(session, redirect_uris=[f"{address}/retour"], post_logout_redirect_uris=[address])
    server.app = create_site(tmp_path, site.url, {"icart": Service("icart", "i-Cart", "icart", SECRET)})
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()
