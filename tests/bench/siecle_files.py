"""An académie's worth of school files, invented: as many pupils and guardians as wanted, the same for the same seed.

As in real life: siblings in one school and across schools, homonyms, accents, apostrophes, particles and hyphens, parents who
share an address, separated parents, one parent alone, married names, people in charge or to be contacted, pupils who left.

    python -m tests.bench.siecle_files --pupils 100000 --output academie.zip
"""

import argparse
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from idp.demo.siecle_xml import LEVELS, Adult, Child, Export, Tie, write_zip


def words(text: str) -> tuple[str, ...]:
    """Names written one after the other."""
    return tuple(text.split())


UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
PUPILS_A_SCHOOL = 550
LAST_NAMES = words(
    """Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux David Bertrand
    Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefèvre Faure André Mercier Blanc Guérin Boyer
    Garnier Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin Nicolas Henry Roussel Mathieu Gautier Masson
    Marchand Duval Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier Brun Blanchard Giraud Joly Rivière Lucas Brunet Gaillard
    Barbier Arnaud Martínez Gérard Roche Renard Schmitt Roy Leroux Colin Vidal Caron Picard Roger Fabre Aubert Lemoine Renaud
    Dumas Lacroix Olivier Philippe Bourgeois Pierre Benoît Rey Leclerc Payet Rolland Leclercq Guillaume Lecomte López Jean Dupuy
    Guillot Hubert Berger Carpentier Sánchez Dupuis Moulin Louis Deschamps Huet Vasseur Pérez Boucher Fleury Royer Klein Jacquet
    Adam Paris Poirier Marty Aubry Guyot Carré Charles Renault Charpentier Ménard Maillard Baron Bertin Bailly Hervé Schneider
    Fernández Collet Léger Bouvier Julien Prévost Millet Perrot Daniel Cousin Germain Breton Besson Langlois Rémy Pelletier
    Lévêque Perrier Leblanc Barré Lebrun Marchal Weber Mallet Hamon Boulanger Jacob Monnier Michaud Rodríguez Guichard Gillet
    Étienne Grondin Poulain Tessier Chevallier Collin Chauvin Bouchet Gay Lemaître Bénard Maréchal Humbert Reynaud Antoine
    Hoarau Perret Barthélemy Cordier Pichon Lejeune Gilbert Lamy Delaunay Pasquier Carlier Laporte D'Almeida N'Diaye D'Éon
    L'Hermite O'Brien M'Barek Œuvrard"""
)
PARTICLES = (
    "de La Tour",
    "Le Gall",
    "Ben Salah",
    "du Plessis",
    "van den Berg",
    "Saint-Exupère",
    "da Silva",
    "El Amrani",
    "Mac Orlan",
)
GIRLS = words(
    """Emma Jade Louise Alice Chloé Lina Léa Rose Anna Mila Inès Julia Manon Juliette Zoé Camille Lola Agathe Jeanne Lucie Éva
    Nina Sarah Ambre Romane Léonie Charlotte Inaya Margaux Élise Aïcha Clémence Yasmine Maëlys Anaïs Océane Noémie Héloïse
    Marie-Lou Anne-Sophie Thaïs Eléa Fatoumata Solène Gaëlle Apolline"""
)
BOYS = words(
    """Gabriel Louis Raphaël Jules Adam Lucas Léo Hugo Arthur Nathan Liam Ethan Maël Paul Tom Sacha Noah Gabin Nolan Enzo Mohamed
    Aaron Timéo Théo Mathis Axel Victor Antoine Valentin Noé Robin Évan Clément Baptiste Samuel Augustin Maxime Yanis Rayan
    Jean-Baptiste Pierre-Yves Loïc Gaël Joël Ismaïl Zacharie"""
)
MOTHERS = words(
    """Stéphanie Céline Sandrine Aurélie Émilie Julie Nathalie Isabelle Virginie Sophie Élodie Christelle Delphine Karine Laëtitia
    Valérie Hélène Anne Marie-Claude Fatima Nadia Sylvie Caroline Amélie Vanessa Séverine Mélanie Audrey Khadija Béatrice
    Gwenaëlle Florence"""
)
FATHERS = words(
    """Nicolas Sébastien Christophe Stéphane Laurent Frédéric David Julien Olivier Jérôme Thomas Guillaume Cédric Éric Philippe
    Alexandre François Fabrice Vincent Benoît Mickaël Ludovic Pascal Grégory Karim Hervé Jean-Luc Régis Mehdi Aurélien Rémi
    Jean-François"""
)
MIDDLE_SCHOOL = tuple(LEVELS)[:4]
HIGH_SCHOOL = tuple(LEVELS)[4:]


@dataclass
class School:
    """A school that fills up."""

    uai: str
    mefs: tuple[str, ...]
    children: list[Child] = field(default_factory=list)
    adults: dict[int, Adult] = field(default_factory=dict)
    ties: list[Tie] = field(default_factory=list)

    def export(self) -> Export:
        """The school's files; one school in seven still uses the old element names."""
        is_old = int(self.uai[:7]) % 7 == 0
        return Export(self.uai, self.children, list(self.adults.values()), self.ties, old_names=is_old)


class Academy:
    """Families, one after the other, until there are enough pupils."""

    def __init__(self, pupils: int, seed: int = 1, first_uai: int = 869_000) -> None:
        self._random = random.Random(seed)  # noqa: S311 - invented people, not secrets
        self._wanted = pupils
        count = max(1, round(pupils / PUPILS_A_SCHOOL))
        self.schools = [
            School(uai_of(first_uai + number), HIGH_SCHOOL if number % 3 == 2 else MIDDLE_SCHOOL) for number in range(count)
        ]
        self._next_person = 200_000
        self._next_child = 600_000
        self.pupils = 0
        while self.pupils < pupils:
            self._family()

    @property
    def guardians(self) -> int:
        """Legal guardians and others, each counted once."""
        return len({personne_id for school in self.schools for personne_id in school.adults})

    def exports(self) -> Iterator[Export]:
        """What each school exports."""
        return (school.export() for school in self.schools)

    def _family(self) -> None:
        pick = self._random
        father_name, mother_name = self._last_name(), self._last_name()
        together = pick.random() < 0.62
        mother = self._adult("MME", mother_name, pick.choice(MOTHERS), father_name if together and pick.random() < 0.5 else "")
        father = self._adult("M.", father_name, pick.choice(FATHERS), "", shared=mother if together else None)
        parents = [(mother, "10"), (father, "20")] if pick.random() < 0.95 else [(mother, "10")]
        other = self._adult("MME", mother_name, pick.choice(MOTHERS), "") if pick.random() < 0.06 else None
        name = father_name if pick.random() < 0.8 else f"{mother_name}-{father_name}"
        home = pick.randrange(len(self.schools))
        for _ in range(min(pick.choices((1, 2, 3), (90, 8, 2))[0], self._wanted - self.pupils)):
            school = self.schools[home if pick.random() < 0.55 else (home + pick.choice((1, 2))) % len(self.schools)]
            self._enrol(school, name, parents, other)

    def _enrol(self, school: School, name: str, parents: list[tuple[Adult, str]], other: Adult | None) -> None:
        pick = self._random
        self._next_child += pick.randrange(1, 9)
        is_girl = pick.random() < 0.5
        year = pick.randrange(len(school.mefs))
        age = (11 if school.mefs is MIDDLE_SCHOOL else 15) + year
        child = Child(
            eleve_id=self._next_child,
            last_name=name.upper(),
            first_name=pick.choice(GIRLS if is_girl else BOYS),
            birth_date=date(2026 - age, 1, 1) + timedelta(days=pick.randrange(365)),
            class_code=f"{(6 if age < 15 else 17) - year} {pick.choice('ABCDE')}",
            mef=school.mefs[year],
            is_girl=is_girl,
            ine=f"{pick.randrange(10**9):09d}{pick.choice('ABCDEFGHJK')}{pick.choice('ABCDEFGHJK')}",
            left_on=date(2026, 10, 2) if pick.random() < 0.005 else None,
        )
        school.children.append(child)
        self.pupils += 1
        for rank, (adult, kinship) in enumerate(parents, start=1):
            school.adults[adult.personne_id] = adult
            school.ties.append(Tie(child.eleve_id, adult.personne_id, 1, kinship, rank))
        if other is not None:
            school.adults[other.personne_id] = other
            school.ties.append(Tie(child.eleve_id, other.personne_id, pick.choice((2, 3)), "38"))

    def _adult(self, civility: str, last_name: str, first_name: str, usage_name: str, shared: Adult | None = None) -> Adult:
        pick = self._random
        self._next_person += pick.randrange(1, 5)
        email = f"famille{self._next_person}@courriel.example" if pick.random() < 0.8 else ""
        mobile = f"+336{pick.randrange(10**8):08d}" if pick.random() < 0.9 else ""
        return Adult(
            personne_id=self._next_person,
            civility=civility,
            last_name=last_name.upper(),
            first_name=first_name,
            usage_name=usage_name.upper(),
            email=shared.email if shared and pick.random() < 0.3 else email,
            mobile=mobile,
            postal_code=shared.postal_code if shared else f"{pick.choice((16, 17, 79, 86))}{pick.randrange(1000):03d}",
        )

    def _last_name(self) -> str:
        pick = self._random.random()
        if pick < 0.05:
            return self._random.choice(PARTICLES)
        # A few names are very common, most are rare: this is where homonyms come from.
        if pick < 0.55:
            return LAST_NAMES[int(len(LAST_NAMES) * self._random.random() ** 2)]
        return self._rare_name()

    def _rare_name(self) -> str:
        """A name that few bear, made of French syllables."""
        pick = self._random
        starts = ("Bour", "Char", "Del", "Fau", "Gran", "Lar", "Mon", "Pel", "Ram", "Sau", "Tré", "Vil", "Bé", "Cha", "Dau")
        middles = ("be", "che", "di", "gue", "lo", "mi", "no", "ra", "si", "ve", "ri", "te")
        ends = ("nard", "let", "reau", "ssier", "tier", "vac", "lin", "gnon", "bert", "quet", "din", "rolle")
        return pick.choice(starts) + pick.choice(middles) + pick.choice(ends)


def uai_of(number: int) -> str:
    """The UAI of a number, with its check letter."""
    return f"{number:07d}{UAI_LETTERS[number % 23]}"


def main() -> None:
    """Write the zip."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pupils", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    academy = Academy(options.pupils, options.seed)
    with options.output.open("wb") as target:
        write_zip(target, academy.exports())
    sys.stdout.write(f"{academy.pupils} pupils, {academy.guardians} adults, {len(academy.schools)} schools: {options.output}\n")


if __name__ == "__main__":
    main()
