"""The demonstration's people: what their files must hold, and that the shipped files say the same."""

import io
import zipfile
from collections import Counter

from idp.demo.academy import FILES
from idp.demo.people import exports
from idp.demo.siecle_xml import zip_of


def contents(blob: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(blob)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_shipped_files_are_the_ones_described() -> None:
    for uai, export in exports().items():
        assert contents((FILES / f"{uai}.zip").read_bytes()) == contents(zip_of(export))


def test_there_are_about_sixty_pupils_in_three_schools() -> None:
    assert [len(export.children) for export in exports().values()] == [27, 19, 14]


def test_the_files_hold_what_makes_real_files_difficult() -> None:
    everything = list(exports().values())
    children = [child for export in everything for child in export.children]
    adults = {adult.personne_id: adult for export in everything for adult in export.adults}
    ties = [tie for export in everything for tie in export.ties]
    schools_of_adults = Counter(adult.personne_id for export in everything for adult in export.adults)
    legal = Counter(tie.eleve_id for tie in ties if tie.level == 1)
    mothers = Counter(tie.eleve_id for tie in ties if tie.level == 1 and tie.kinship == "10")
    assert max(schools_of_adults.values()) == 3  # siblings across schools
    assert max(Counter((child.first_name, child.last_name) for child in children).values()) == 2  # homonyms
    assert max(Counter(adult.email for adult in adults.values() if adult.email).values()) == 2  # one address for two
    assert any(child.left_on for child in children)
    assert max(legal.values()) == 3
    assert max(mothers.values()) == 2
    assert any(tie.kinship == "70" for tie in ties)
    assert {tie.level for tie in ties} == {1, 2, 3}
    assert any("'" in child.last_name for child in children)
