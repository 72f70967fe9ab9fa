/* A system's people: found as such systems find, and never half of a file. */
#include "person_file.h"
#include "tap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define RECORD(ref, surname, given, born, more)                                \
    "{\"ref\":\"" ref "\",\"surname\":\"" surname "\",\"given\":\"" given      \
    "\",\"born\":\"" born "\",\"sex\":\"F\",\"postcode\":\"\",\"pnc\":\"\","   \
    "\"cro\":\"\",\"nino\":\"\",\"alias\":\"\",\"warnings\":\"\"" more "}\n"

#define PEOPLE                                                                 \
    RECORD("N1", "O'BRIEN", "SIÂN MAIR", "03/04/1990", "")                     \
    RECORD("N2", "O'BRIEN", "AOIFE", "03/04/1990",                             \
           ",\"state\":\"locked\",\"times\":2")                                \
    RECORD("N3", "OBRIEN", "SIÂN", "00/04/1990", ",\"state\":\"locked\"")      \
    RECORD("N4", "O'BRIEN", "SEAN", "01/01/1980", "")                          \
    "{\"trouble\":\"fault\",\"surname\":\"BRACKHAM\"}\n"

static const struct {
    const char *surname, *given, *born, *found;
} searches[] = {
    { "O'BRIEN", "", "", "N2 N4 N1 " },
    { "O'BRIEN", "S", "", "N4 N1 " },
    { "O'BRIEN", "SIÂ", "", "N1 " },
    { "O'BRIEN", "", "03/04/1990", "N2 N1 " },
    { "OBRIEN", "S", "", "N3 " },
    { "OBRIEN", "S", "03/04/1990", "" },
    { "O'BRI", "", "", "" },
    { "", "", "", "" },
};

static char path[] = "/tmp/person_file.XXXXXX", log_path[64];

static int open_file(struct person_file *file, const char *people)
{
    FILE *to = fopen(path, "w");
    fputs(people, to);
    fclose(to);
    return person_file_open(file, path, log_path);
}

static void check_searches(const struct person_file *file)
{
    for (size_t i = 0; i < sizeof searches / sizeof *searches; i++) {
        struct person_record *hits[8];
        char got[64] = "";
        size_t n = person_find(file, searches[i].surname, searches[i].given,
                               searches[i].born, hits, 8);
        for (size_t j = 0; j < n; j++)
            sprintf(got + strlen(got), "%s ", hits[j]->ref);
        is_str(got, searches[i].found, searches[i].surname);
    }
}

static void check_looks(const struct person_file *file)
{
    struct person_record *a = person_by_ref(file, "N2");
    struct person_record *b = person_by_ref(file, "N3");
    is_str(person_look(a), "locked", "locked");
    is_str(person_look(a), "locked", "and again");
    is_str(person_look(a), NULL, "then it is shown");
    for (int i = 0; i < 3; i++)
        is_str(person_look(b), "locked", "locked for good");
    is_str(person_look(person_by_ref(file, "N1")), NULL, "not locked");
    ok(!person_by_ref(file, "N9"), "no such record");
    is_str(person_trouble(file, "BRACKHAM"), "fault", "a trouble");
    is_str(person_trouble(file, "O'BRIEN"), NULL, "no trouble");
}

static void check_log(const struct person_file *file)
{
    char line[64] = "";
    person_log(file, json_pack("{ss}", "surname", "SIÂN"));
    person_log(file, json_pack("{ss}", "surname", "B"));
    FILE *from = fopen(log_path, "r");
    ok(fgets(line, sizeof line, from), "a line");
    is_str(line, "{\"surname\":\"SIÂN\"}\n", "as it was");
    ok(fgets(line, sizeof line, from), "and another");
    fclose(from);
}

static void check_chance(void)
{
    int met = 0;
    char text[16];
    for (int i = 0; i < 1000; i++) {
        snprintf(text, sizeof text, "V%07d", i * 7919);
        met += person_chance(3, 10, text);
    }
    ok(met > 60 && met < 140, "about one in ten: %d of 1000", met);
    ok(!person_chance(3, 0, text), "0 is never");
}

int main(void)
{
    struct person_file file;
    close(mkstemp(path));
    snprintf(log_path, sizeof log_path, "%s.log", path);
    is_int(open_file(&file, PEOPLE), 0, "opened");
    is_int((long long)file.count, 4, "four records");
    check_searches(&file);
    check_looks(&file);
    check_log(&file);
    check_chance();
    person_file_close(&file);

    is_int(open_file(&file, PEOPLE "{\"ref\":\"N5\"}\n"), -1, "half a record");
    is_int(errno, EINVAL, "says so");
    is_int(open_file(&file, PEOPLE "{\"ref"), -1, "half a line");
    is_int(person_file_open(&file, "/nonexistent", NULL), -1, "no such file");
    is_int(errno, ENOENT, "says so");
    unlink(path);
    unlink(log_path);
    return tap_done();
}
