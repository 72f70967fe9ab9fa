/* What a screen map says of tables and places, and of what screens are known by. */
#include "rpa/config/schema_row.h"

static const struct rpa_schema column[] = {
    TEXT("header", false, "its heading"),
    TEXT("name", false, "what it is called in a row (its heading)"),
    INT("col", false, "where its heading stands, from 1 (anywhere)"),
    INT("width", false, "how many characters it has"),
    BOOL("right", "it is right-aligned"),
    END,
};

const struct rpa_schema rpa_schema_table[] = {
    TEXT("name", true, "as a bot says it"),
    { "columns", RPA_SCHEMA_MAPS, true, column, "its columns, from the left" },
    INT("skip", false, "rows below the headings that are no data (0)"),
    INT("rows", false, "rows of the screen that it has at most"),
    TEXT("footer", false, "what begins the row below it"),
    ROW(TEXT, "unkeyed", false, "what a row is whose first column is empty",
        .oneof = "row|joins", .otherwise = "refused"),
    TEXT("none", false, "what begins a row of the screen when it has no rows"),
    TEXT("next", false, "the key to the next page, which is navigation there"),
    TEXTS("marks", false, "what tells the page: \"PAGE {page} OF {pages}\""),
    TEXT("more", false, "is shown on each page but the last"),
    TEXT("bottom", false, "is shown on the last page"),
    END,
};

const struct rpa_schema rpa_schema_picks[] = {
    TEXT("list", true, "the screen with the list, which has a table"),
    TEXT("key", true, "what opens it, navigation on the field's screen"),
    TEXT("at", false, "the field in which the cursor is then (this one)"),
    TEXT("ask", false, "what is keyed there first, such as ?"),
    BOOL("protected", "nobody types into the field: no cursor is put there"),
    TEXT("by", true, "the column in which the value is looked for"),
    TEXT("beside", false, "the column in which its row is marked"),
    TEXT("mark", false, "how (S)"),
    TEXT("into", false, "or: the field into which its number is keyed"),
    TEXT("number", false, "and the column that has it"),
    TEXT("shows", false, "the column that the field shows then (by)"),
    END,
};

const struct rpa_schema rpa_schema_fixed[] = {
    INT("row", true, "from 1"),
    INT("col", true, "from 1"),
    TEXT("text", true, "what always stands there"),
    END,
};

const struct rpa_schema rpa_schema_colours[] = {
    TEXTS("protected", false, "of texts nobody can type into: \"#7890f0\""),
    TEXTS("open", false, "of texts in fields"),
    END,
};

const struct rpa_schema rpa_schema_area[] = {
    INT("x", false, "pixels from the left of the window"),
    INT("y", false, "pixels from its top"),
    INT("w", false, "pixels"),
    INT("h", false, "pixels"),
    TEXT("right_of", false, "or: the text it stands right of; wants a font"),
    TEXT("below", false, "or: the text it stands below"),
    INT("nth", false, "which of the widgets there, from 1 (1)"),
    END,
};

const struct rpa_schema rpa_schema_choice[] = {
    TEXT("value", true, "as a bot says it"),
    TEXTS("looks", false, "what form.look tells when it is chosen"),
    END,
};
