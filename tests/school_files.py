"""School files for tests: the Duponts as SIECLE would export them, and uploads made of whatever bytes."""

import io
import zipfile
from datetime import date

from account_mgmt.services.siecle.archive import Part, Upload, pack
from idp.demo.siecle_xml import Adult, Child, Export, Tie, files_of, text_of, zip_of

DYLAN = Child(1001, "DUPONT", "Dylan", date(2013, 5, 14), "5 B", "10110001110", ine="070832327JA")
FLORIAN = Child(1002, "DUPONT", "Florian", date(2011, 9, 2), "3 A", "10310019110")
ZOE = Child(1003, "D'ÉON", "Zoé", date(2012, 1, 31), "4 C", "10210001110", is_girl=True)
JEAN = Adult(2001, "M.", "DUPONT", "Jean", email="jean@famille.example", mobile="+33600000001", postal_code="79000")
ALICE = Adult(2002, "MME", "MARTIN", "Alice", "DUPONT", email="jean@famille.example", postal_code="79000")
HELENE = Adult(2003, "MME", "D'ÉON", "Hélène", mobile="06 00 00 00 03")
FAMILY_TIES = (Tie(1001, 2001, 1, "20", 1), Tie(1001, 2002, 1, "10", 2))
ZOES_TIES = (Tie(1003, 2003, 1, "10", 1),)


def export(uai: str = "0790031E", *children: Child, adults: tuple[Adult, ...] = (), ties: tuple[Tie, ...] = ()) -> Export:
    """What a school exports; by default Dylan with his parents, and Zoé with her mother."""
    if not children:
        children, adults, ties = (DYLAN, ZOE), (JEAN, ALICE, HELENE), (*FAMILY_TIES, *ZOES_TIES)
    return Export(uai, children, adults, ties)


def upload(*exports: Export) -> Upload:
    """A zip of these schools, as somebody would send it."""
    return sent(("export.zip", zip_of(*exports)))


def sent(*files: tuple[str, bytes]) -> Upload:
    """Any files, as somebody would send them."""
    return pack([(name, io.BytesIO(content)) for name, content in files])


def zipped(**files: bytes) -> bytes:
    """A zip with these files; `_` stands for the dot of a name."""
    blob = io.BytesIO()
    with zipfile.ZipFile(blob, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return blob.getvalue()


def texts(said: Export) -> dict[str, bytes]:
    """The files of a school, each by its name."""
    return {name: text_of(pieces) for name, pieces in files_of(said).items()}


def part(content: bytes, name: str = "fichier.xml") -> Part:
    """One file, as the archive gives it to the readers."""
    return Part(name, 1, lambda: io.BytesIO(content))
