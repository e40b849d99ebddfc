"""The families of the demonstration, all invented: one line a child, one line an adult.

They hold what real files hold: siblings in two schools, homonyms, accents, apostrophes and particles, parents who share an
address, separated parents, a pupil who left, an adult pupil who answers for herself, a grandmother to be contacted.
"""

from dataclasses import dataclass
from datetime import date, datetime

from idp.demo.siecle_xml import Adult, Child, Export, Tie

TILLEULS, VIEUX_PONT, VALLEE = "0869001S", "0869002T", "0869003U"
MEFS = {
    "6": "10010012110",
    "5": "10110001110",
    "4": "10210001110",
    "3": "10310019110",
    "2": "20010019110",
    "1": "20111010110",
    "T": "20211010110",
}
MOTHER, FATHER, GRANDPARENT, TUTOR, SELF = "10", "20", "38", "50", "70"

ADULTS = """
100 M.  Marchand      Julien      julien.marchand@famille.example
101 MME Marchand      Sophie      sophie.marchand@famille.example
102 MME Nguyen        Claire      claire.nguyen@famille.example
103 M.  Nguyen        Bao         claire.nguyen@famille.example
104 MME D'Almeida     Isaura      isaura.dalmeida@famille.example
105 MME Lefèvre       Noémie      noemie.lefevre@famille.example
106 M.  Lefèvre       Étienne     -
107 MME de~La~Tour    Hélène      helene.delatour@famille.example
108 M.  de~La~Tour    François    francois.delatour@famille.example
109 MME Ben~Salah     Amina       amina.bensalah@famille.example
110 M.  Ben~Salah     Karim       -
111 MME Martin        Marie       marie.martin@famille.example
112 MME Martin        Marie       marie.martin.bis@famille.example
113 M.  O'Brien       Liam        liam.obrien@famille.example
114 MME Garnier       Agnès       agnes.garnier@famille.example
115 MME Perrot        Lucile      lucile.perrot@famille.example
116 M.  Perrot        Gaël        gael.perrot@famille.example
117 MME Hoarau        Marie-Lou   -
118 M.  Hoarau        Jean-Rémi   jeanremi.hoarau@famille.example
119 MME Œuvrard       Bérénice    berenice.oeuvrard@famille.example
120 M.  Lacombe       Simon       simon.lacombe@famille.example
121 MME Lacombe       Odile       -
122 MME Traoré        Fatou       fatou.traore@famille.example
123 M.  Traoré        Ibrahim     -
124 MME Kowalczyk     Ewa         ewa.kowalczyk@famille.example
125 M.  Kowalczyk     Piotr       piotr.kowalczyk@famille.example
126 MME Rivière       Solène      solene.riviere@famille.example
127 MME Bonneau       Cécile      cecile.bonneau@famille.example
128 M.  Bonneau       Thierry     thierry.bonneau@famille.example
129 M.  Bonneau       Marc        marc.bonneau@famille.example
130 MME Ferreira      Inês        ines.ferreira@famille.example
131 M.  Chauvin       Pascal      pascal.chauvin@famille.example
132 MME Delmas        Aurore      -
133 MME Delmas        Jeanne      -
134 M.  Roussel       Antoine     antoine.roussel@famille.example
135 MME Roussel       Nadège      nadege.roussel@famille.example
136 MME Vidal         Carmen      carmen.vidal@famille.example
137 MME Aubry         Camille     camille.aubry@famille.example
138 MME Aubry         Pauline     pauline.aubry@famille.example
139 MME Tessier       Yvonne      -
140 MME Langlois      Maud        maud.langlois@famille.example
"""

CHILDREN = f"""
{TILLEULS} 5~B   2001 Marchand    Zoé          14/05/2014 F 100:20 101:10
{VIEUX_PONT} 3~A 2002 Marchand    Lucas        02/11/2012 M 100:20 101:10
{TILLEULS} 6~A   2003 Nguyen      Minh-Anh     30/01/2015 F 102:10 103:20
{TILLEULS} 4~C   2004 Nguyen      Léo          19/08/2013 M 102:10 103:20
{VIEUX_PONT} 5~A 2005 D'Almeida   Maïa         07/03/2014 F 104:10
{TILLEULS} 3~B   2006 Lefèvre     Anaïs        21/09/2012 F 105:10 106:20
{TILLEULS} 6~A   2007 Lefèvre     Côme         11/12/2015 M 105:10 106:20
{VIEUX_PONT} 4~B 2008 de~La~Tour  Éléonore     25/06/2013 F 107:10 108:20
{VALLEE} 2~1     2009 de~La~Tour  Hippolyte    03/04/2011 M 107:10 108:20
{TILLEULS} 5~A   2010 Ben~Salah   Inès         16/02/2014 F 109:10 110:20
{VIEUX_PONT} 6~B 2011 Ben~Salah   Yanis        09/10/2015 M 109:10 110:20
{VALLEE} T~2     2012 Ben~Salah   Sofia        28/07/2009 F 109:10 110:20
{TILLEULS} 5~B   2013 Martin      Léa          05/01/2014 F 111:10
{TILLEULS} 5~B   2014 Martin      Léa          23/08/2014 F 112:10
{TILLEULS} 4~C   2015 O'Brien     Nora         17/03/2013 F 113:20
{VIEUX_PONT} 3~A 2016 Garnier     Tom          08/08/2012 M 114:10 113:39:3
{TILLEULS} 6~B   2017 Perrot      Gabin        12/04/2015 M 115:10 116:20
{TILLEULS} 4~C   2018 Perrot      Romane       27/05/2013 F 115:10 116:20
{VIEUX_PONT} 5~A 2019 Hoarau      Kévin        15/06/2014 M 117:10 118:20
{VALLEE} 1~3     2020 Hoarau      Anaëlle      01/03/2010 F 117:10 118:20
{TILLEULS} 3~B   2021 Œuvrard     Théo         22/02/2012 M 119:10
{VIEUX_PONT} 6~B 2022 Lacombe     Jade         13/11/2015 F 120:20 121:10
{VIEUX_PONT} 4~B 2023 Lacombe     Nathan       29/09/2013 M 120:20 121:10
{TILLEULS} 6~B   2024 Traoré      Aminata      18/07/2015 F 122:10 123:20
{TILLEULS} 3~B   2025 Traoré      Moussa       06/06/2012 M 122:10 123:20
{VALLEE} 2~1     2026 Traoré      Mariam       10/10/2011 F 122:10 123:20
{VIEUX_PONT} 5~A 2027 Kowalczyk   Zofia        04/12/2014 F 124:10 125:20
{VALLEE} 1~3     2028 Kowalczyk   Adam         26/01/2010 M 124:10 125:20
{TILLEULS} 5~A   2029 Rivière     Ambre        20/05/2014 F 126:10
{VIEUX_PONT} 3~A 2030 Rivière     Jules        31/12/2012 M 126:10
{TILLEULS} 4~C   2031 Bonneau     Clément      03/03/2013 M 127:10 128:20 129:50
{VIEUX_PONT} 6~B 2032 Ferreira    Beatriz      24/09/2015 F 130:10
{VALLEE} 2~1     2033 Ferreira    Tiago        14/02/2011 M 130:10
{TILLEULS} 6~A   2034 Chauvin     Maxence      02/05/2015 M 131:20
{TILLEULS} 5~B   2035 Delmas      Lou          19/11/2014 F 132:10 133:38:2
{VIEUX_PONT} 4~B 2036 Roussel     Manon        07/07/2013 F 134:20 135:10
{VIEUX_PONT} 6~B 2037 Roussel     Hugo         21/01/2015 M 134:20 135:10
{VALLEE} T~2     2038 Roussel     Élise        12/12/2009 F 134:20 135:10
{TILLEULS} 3~B   2039 Vidal       Pablo        30/08/2012 M 136:10
{TILLEULS} 6~A   2040 Aubry       Rose         16/10/2015 F 137:10 138:10
{VIEUX_PONT} 5~A 2041 Aubry       Augustin     01/09/2014 M 137:10 138:10
{VALLEE} T~2     2042 Tessier     Clara        11/06/2008 F 139:10:3 200:70
{TILLEULS} 4~C   2043 Langlois    Noé          08/04/2013 M 140:10
{VIEUX_PONT} 4~B 2044 Langlois    Éva          25/12/2013 F 140:10
{VALLEE} 1~3     2045 Langlois    Robin        17/05/2010 M 140:10
{TILLEULS} 5~A   2046 Vidal       Lola         03/10/2014 F 136:10
{VIEUX_PONT} 3~A 2047 Chauvin     Capucine     28/02/2012 F 131:20
{TILLEULS} 6~B   2048 Garnier     Alix         06/03/2015 F 114:10
{VALLEE} 2~1     2049 O'Brien     Sean         15/09/2011 M 113:20
{VIEUX_PONT} 6~B 2050 Œuvrard     Iris         27/11/2015 F 119:10
{TILLEULS} 3~B   2051 Delmas      Tristan      20/06/2012 M 132:10
{VALLEE} 1~3     2052 D'Almeida   Davi         09/01/2010 M 104:10
{TILLEULS} 5~B   2053 Hoarau      Mélissa      13/03/2014 F 117:10 118:20
{VIEUX_PONT} 5~A 2054 Bonneau     Juliette     22/07/2014 F 127:10 128:20
{VALLEE} T~2     2055 Marchand    Agathe       18/10/2009 F 100:20 101:10
{TILLEULS} 4~C   2056 Tessier     Maël         05/05/2013 M 139:50
{VALLEE} 2~1     2057 Lefèvre     Basile       24/08/2011 M 105:10 106:20
{VIEUX_PONT} 3~A 2058 Nguyen      Thaïs        10/04/2012 F 102:10 103:20
{VALLEE} 1~3     2059 Perrot      Corentin     02/02/2010 M 115:10 116:20
{TILLEULS} 6~A   2060 Ferreira    Lúcia        19/12/2015 F 130:10
"""
ADULT_PUPILS = "200 MME Tessier Clara clara.tessier@famille.example\n"
"""Pupils who are of age and answer for themselves stand among the adults too."""
LEFT = {2021: date(2026, 10, 16)}
"""Pupils who left their school, by ELEVE_ID."""


@dataclass(frozen=True)
class Line:
    """One child with its school and its ties."""

    uai: str
    child: Child
    ties: tuple[Tie, ...]


def exports() -> dict[str, Export]:
    """What each school exports, by its UAI."""
    adults = {adult.personne_id: adult for adult in map(_adult, _rows(ADULTS + ADULT_PUPILS))}
    lines = [_line(row) for row in _rows(CHILDREN)]
    return {uai: _export(uai, [line for line in lines if line.uai == uai], adults) for uai in (TILLEULS, VIEUX_PONT, VALLEE)}


def _rows(table: str) -> list[list[str]]:
    """The words of each line; `~` stands for a blank inside a word."""
    return [[word.replace("~", " ") for word in line.split()] for line in table.strip().splitlines()]


def _adult(row: list[str]) -> Adult:
    number, civility, last_name, first_name, email = row
    return Adult(int(number), civility, last_name, first_name, email="" if email == "-" else email, postal_code="86000")


def _line(row: list[str]) -> Line:
    uai, class_code, number, last_name, first_name, born, sex, *ties = row
    eleve_id = int(number)
    birth_date = datetime.strptime(born, "%d/%m/%Y").date()  # noqa: DTZ007 - a day, without an hour
    child = Child(
        eleve_id, last_name, first_name, birth_date, class_code, MEFS[class_code[0]], sex == "F", left_on=LEFT.get(eleve_id)
    )
    return Line(uai, child, tuple(_tie(eleve_id, tie) for tie in ties))


def _tie(eleve_id: int, text: str) -> Tie:
    """`person:kinship`, and `:level` where it is not 1."""
    personne_id, kinship, *level = text.split(":")
    return Tie(eleve_id, int(personne_id), int(level[0]) if level else 1, kinship)


def _export(uai: str, lines: list[Line], adults: dict[int, Adult]) -> Export:
    ties = [tie for line in lines for tie in line.ties]
    wanted = dict.fromkeys(tie.personne_id for tie in ties)
    return Export(uai, [line.child for line in lines], [adults[number] for number in wanted], ties)
