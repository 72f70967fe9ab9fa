#ifndef RPA_TESTS_FAKE_PERSON_FILE_H
#define RPA_TESTS_FAKE_PERSON_FILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * What a system holds of people: the file that person_make wrote for it, as
 * person_gen.h has it, searched as such systems do; and its own log of what was
 * asked, a JSON line each.
 */

struct person_record {
    const char *ref, *surname, *given, *born, *sex, *postcode, *pnc, *cro,
        *nino;
    const char *alias, *warnings;
    const char *state; /* NULL, "locked" or "denied" */
    int times, looks;  /* it was looked at so often */
};

struct person_file {
    struct person_record *records; /* by surname, given names, ref */
    size_t count;
    json_t *lines;    /* what they point into */
    json_t *troubles; /* surname -> trouble */
    int log;          /* or -1 */
};

/** Read @people, append to @log (NULL: no log). -1 with errno; EINVAL: a line
 * is none. */
int person_file_open(struct person_file *file, const char *people,
                     const char *log);
void person_file_close(struct person_file *file);

/** Records of this very @surname whose given names begin with @given, born as
 * @born says ("": all): at most @max of them into @ret, returns how many. */
size_t person_find(const struct person_file *file, const char *surname,
                   const char *given, const char *born,
                   struct person_record **ret, size_t max);
/** What meets a search for that surname, or NULL. */
const char *person_trouble(const struct person_file *file, const char *surname);
/** Look at a record: NULL, or why it can't be: "locked", "denied". */
const char *person_look(struct person_record *record);
struct person_record *person_by_ref(const struct person_file *file,
                                    const char *ref);

/** Does @text meet a thing that meets one in @every, 0 never? The same for the
 * same seed. */
bool person_chance(unsigned seed, unsigned every, const char *text);

/** Append one line, durably; takes @line. Ends the program when it can't. */
void person_log(const struct person_file *file, json_t *line);

#endif
