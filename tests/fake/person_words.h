/* What person_gen.c makes people from. The earlier in its list, the more people
 * have a name; all combinations are made up. */
#ifndef RPA_TESTS_FAKE_PERSON_WORDS_H
#define RPA_TESTS_FAKE_PERSON_WORDS_H

#include <stddef.h>

/** Names that go together. Each list ends with NULL. */
struct origin {
    const char *const *surnames, *const *women, *const *men;
};

#define NAMES (const char *const[])

static const struct origin origins[] = {
    { NAMES{ "Jones", "Davies", "Williams", "Evans", "Thomas", "Roberts",
             "Gŵyn", "Hughes", "Lewis", "Prŷs", "Morgan", "Griffiths", "Edwards",
             "Owen", "Price", "Morris", "Rees", "Llewellyn", "Powell", "Jenkins",
             "Pritchard", "Bevan", "Llŷr", "Môn", "Gwynne",
             "Parry", "Vaughan", "Bowen", "Howells", "Meredith", "Probert",
             "Rhŷdderch", "Penrŷn", "Tŵdor", "Cadŵgan", NULL },
      NAMES{ "Siân", "Megan", "Rhiannon", "Carys", "Elin", "Ffion", "Angharad",
             "Nerys", "Bethan", "Lowri", "Tegŵen", "Mair", "Seren", "Delyth",
             "Heledd", "Olŵen", "Catrin", "Gwenllian", "Ceridŵen", NULL },
      NAMES{ "Dafydd", "Rhys", "Gareth", "Huw", "Ieuan", "Emyr", "Aled", "Iwan",
             "Llŷr", "Siôn", "Geraint", "Trefor", "Gwyn", "Osian", "Steffan",
             "Morgan", "Bryn", "Cai", NULL } },
    { NAMES{ "O'Brien", "Murphy", "Kelly", "O'Sullivan", "Walsh", "O'Connor",
             "Byrne", "Ryan", "O'Neill", "Doyle", "O'Reilly", "Gallagher",
             "Doherty", "Kennedy", "O'Leary", "Quinn", "Nolan", "O'Dea",
             "Ó Súilleabháin", "D'Arcy", "O'Donoghue", "Flynn", "Brennan",
             "Ó Dálaigh", "Keane", "O'Hara", "Foley", "Lynch", NULL },
      NAMES{ "Aoife", "Niamh", "Siobhán", "Ciara", "Róisín", "Sinéad", "Gráinne",
             "Orla", "Bríd", "Máire", "Éilís", "Caoimhe", "Nuala", "Deirdre",
             "Maeve", "Fionnuala", NULL },
      NAMES{ "Seán", "Pádraig", "Conor", "Éamon", "Liam", "Ciarán", "Diarmuid",
             "Declan", "Tadhg", "Niall", "Ruairí", "Fergal", "Oisín", "Brendan",
             "Colm", "Donal", NULL } },
    { NAMES{ "Campbell", "McDonald", "Stewart", "MacKenzie", "Murray", "Fraser",
             "McLean", "Gordon", "Ross", "MacLeod", "Sinclair", "McIntyre",
             "Buchanan", "MacDougall", "Drummond", "McKay", "Farquharson",
             "MacPherson", "Ogilvie", "McGregor", "Urquhart", "Menzies", NULL },
      NAMES{ "Fiona", "Morag", "Isla", "Eilidh", "Kirsty", "Mairi", "Catriona",
             "Ailsa", "Shona", "Rhona", "Iona", "Elspeth", "Jean", NULL },
      NAMES{ "Hamish", "Angus", "Callum", "Euan", "Malcolm", "Duncan", "Fergus",
             "Gregor", "Lachlan", "Rory", "Struan", "Alasdair", "Kenneth",
             NULL } },
    { NAMES{ "Smith", "Taylor", "Brown", "Wilson", "Walker", "Wright", "Hall",
             "Green", "Baker", "Cooper", "Carter", "Turner", "Hill", "Ward",
             "Harrison", "Fisher", "Webb", "Barnes", "Pearson", "Knight",
             "Holmes", "Palmer", "Mills", "Chapman", "Spencer", "Hawkins",
             "Cross", "Nicholls", "Fletcher", "Bishop", "Sutton", "Barker",
             "Atkinson", "Pickering", "Thackray", "Ramsbottom", NULL },
      NAMES{ "Emma", "Charlotte", "Alice", "Victoria", "Grace", "Hannah", "Zoë",
             "Lucy", "Katherine", "Beatrice", "Frances", "Joanne", "Pamela",
             "Rosemary", "Winifred", "Imogen", "Yvonne", NULL },
      NAMES{ "James", "Oliver", "George", "Harry", "Thomas", "Edward", "Peter",
             "Andrew", "Robert", "Christopher", "Nigel", "Barry", "Frederick",
             "Leonard", "Victor", "Quentin", "Walter", NULL } },
    { NAMES{ "Khan", "Patel", "Singh", "Ahmed", "Hussain", "Kaur", "Begum", "Ali",
             "Shah", "Sharma", "Malik", "Iqbal", "Chaudhry", "Gill", "Rahman",
             "Mahmood", "Desai", "Bhattacharya", "Akhtar", "Dhaliwal", "Rao",
             "Mukherjee", "Siddiqui", "Uddin", NULL },
      NAMES{ "Fatima", "Priya", "Aisha", "Jaspreet", "Nadia", "Sunita", "Zainab",
             "Harpreet", "Meera", "Rukhsana", "Lakshmi", "Bushra", "Kiran",
             "Tasneem", "Gurdeep", NULL },
      NAMES{ "Mohammed", "Imran", "Rajesh", "Gurpreet", "Tariq", "Sanjay", "Bilal",
             "Vikram", "Haroon", "Kuldeep", "Yusuf", "Naveed", "Arjun",
             "Faisal", "Wasim", "Suresh", NULL } },
    { NAMES{ "Kowalski", "Nowak", "Wójcik", "Łaski", "Müller", "Núñez", "Silva",
             "Popescu", "Kovács", "Schröder", "D'Souza", "Fernandes", "Łukaszewicz",
             "Adeyemi", "Okafor", "Mensah", "Nguyen", "Chen", "Yılmaz", NULL },
      NAMES{ "Zofia", "Łucja", "Agnieszka", "Chloé", "Ingrid", "Blessing", "Mei",
             "Françoise", "Irina", "Ngozi", "Paulina", "Renée", "Joana", NULL },
      NAMES{ "Łukasz", "Piotr", "Jürgen", "José", "André", "Chukwu", "Wei",
             "Tomasz", "Bogdan", "Kwame", "Zoltán", "Raúl", "Emre", NULL } },
};

static const char *const particles[] = {
    "van der Berg", "de la Cruz",   "von Holst", "du Plessis", "van Dijk",
    "de Souza",     "van den Broek", "del Rio",  "della Porta", "ter Haar",
};

static const char *const single_names[] = { "Suharto", "Sukarno", "Tenzin",
                                            "Mangala", "Ravindran", "Winarko" };

/* longer than the 20 characters one of the systems holds */
static const char *const long_names[] = {
    "Cholmondeley-Warrington",  "Featherstonehaugh-Price",
    "Fitzwilliam-Montgomery",   "Bhattacharya-Thackeray",
    "Ramsbottom-Featherington", "Llewellyn-Cadwaladr-Rees",
};

/* of the two, a surname nobody else has */
static const char *const heads[] = {
    "Brack", "Thorn", "Wex",  "Pell", "Harg", "Crad", "Stell", "Marr", "Lind",
    "Ock",   "Tarn",  "Whit", "Dunn", "Fers", "Gall", "Holm",  "Ing",  "Kell",
    "Nor",   "Rost",
};
static const char *const tails[] = {
    "ham",   "wick", "stow",   "ley",  "combe", "thwaite", "by",    "worth",
    "field", "gate", "bourne", "more", "ford",  "sall",    "den",   "ridge",
    "croft", "mere", "shaw",   "well",
};

static const char *const titles[] = { "Dr", "Rev", "Prof" };
static const char *const areas[] = { "CF", "LS", "M",  "G",  "EH", "BT",
                                     "SA", "LL", "NP", "B",  "LE", "BD" };
static const char *const ninos[] = { "AB", "CE", "HJ", "JR", "LS",
                                     "NE", "PW", "SX", "WM", "YZ" };
static const char *const warnings[] = { "WEAPONS", "DRUGS", "ESCAPER",
                                        "SELF HARM", "WEAPONS, VIOLENT" };

/* A letter with a mark: its capital without and, where Latin-1 has it, with. */
static const struct marked {
    const char *letter, *bare, *capital;
} marked[] = {
    { "â", "A", "Â" }, { "ê", "E", "Ê" }, { "î", "I", "Î" }, { "ô", "O", "Ô" },
    { "û", "U", "Û" }, { "á", "A", "Á" }, { "é", "E", "É" }, { "É", "E", "É" },
    { "í", "I", "Í" }, { "ó", "O", "Ó" }, { "Ó", "O", "Ó" }, { "ú", "U", "Ú" },
    { "ö", "O", "Ö" }, { "ü", "U", "Ü" }, { "ë", "E", "Ë" }, { "ç", "C", "Ç" },
    { "ñ", "N", "Ñ" }, { "ŵ", "W", NULL }, { "ŷ", "Y", NULL },
    { "ł", "L", NULL }, { "Ł", "L", NULL }, { "ı", "I", NULL },
    { "’", "'", NULL },
};

#endif
