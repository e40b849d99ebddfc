"""The three schools of the demonstration, and the SIECLE files that ship with the project.

`python -m idp.demo.places` writes the files again from `people.py`; a test holds the two together.
"""

from account_mgmt.services.schools import NewSchool
from idp.demo.academy import ACADEMY, FILES, Place
from idp.demo.people import TILLEULS, VALLEE, VIEUX_PONT, exports
from idp.demo.siecle_xml import zip_of

PLACES = (
    Place(NewSchool(ACADEMY.code, TILLEULS, "Collège des Tilleuls", "Poitiers", "05 49 00 10 01", "tilleuls@academie.example")),
    Place(
        NewSchool(
            ACADEMY.code, VIEUX_PONT, "Collège du Vieux-Pont", "Châtellerault", "05 49 00 10 02", "vieux-pont@academie.example"
        )
    ),
    Place(
        NewSchool(ACADEMY.code, VALLEE, "Lycée de la Vallée", "Montmorillon", "05 49 00 10 03", "vallee@academie.example"),
        imported=False,
    ),
)
"""The lycée's file is left for whoever plays its office."""


def write_files() -> None:
    """Write each school's export where the demonstration finds it."""
    FILES.mkdir(exist_ok=True)
    for uai, export in exports().items():
        (FILES / f"{uai}.zip").write_bytes(zip_of(export))


if __name__ == "__main__":
    write_files()
