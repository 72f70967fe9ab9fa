/* A file of records in a terminal, for tests of who may change what:
 *
 *   records FILE [confirm]
 *
 * The screen INDEX asks for a number, FILE CARD shows that record: Tab goes
 * from field to field, Ctrl+U empties one, F3 goes back, Enter files what stands
 * there and goes back. F2 shows a SECOND PAGE, which has another postcode, and F2
 * goes back to the first; F4 deletes the record, and says what Enter says. FILE gets
 * a line for each record that is filed: number, surname, postcode, phone, note and
 * the other postcode by tabs, or number and DELETED. With "confirm" Enter asks first,
 * a y files, and an a deletes. An f as the name on the index ends it, at the next Enter, as soon as FILE has the
 * line: the target is gone before it has said anything. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { RECORDS = 4, FIELDS = 4, COL = 14 };

static const struct {
    const char *label;
    int row, width;
} fields[FIELDS] = {
    { "Surname  . :", 5, 20 },
    { "Postcode . :", 6, 8 },
    { "Phone  . . :", 7, 15 },
    { "Note . . . :", 9, 10 },
};

static struct {
    char text[FIELDS][32];
} records[RECORDS] = {
    { { "Evans", "cf101aa", "02920 000001", "" } },
    { { "Jones", "sa11aa", "01792 000002", "" } },
    { { "Price", "NP20 1AA", "01633 000003", "" } },
    { { "Rees", "cf101ab", "02920 000004", "" } },
}, now;

static enum { INDEX, RECORD, CONFIRM, PAGE } screen = INDEX;
static char number[8], name[24], message[40], other[24];
static int record, field;
static bool confirm, fatal;
static const char *file;

static void draw(void)
{
    static const char *const titles[] = { "INDEX", "FILE CARD", "CONFIRM (y)",
                                          "SECOND PAGE" };
    printf("\033[2J\033[1;2H%s\033[12;2H%s", titles[screen], message);
    if (screen == INDEX) {
        printf("\033[4;1HNumber . . :\033[4;%dH%s", COL, number);
        printf("\033[5;1HName . . . :\033[5;%dH%s\033[%d;%dH", COL, name,
               4 + field, COL + (int)strlen(field ? name : number));
    } else if (screen == RECORD) {
        printf("\033[4;1HNumber . . :\033[4;%dH%d", COL, record + 1);
        for (int i = 0; i < FIELDS; i++)
            printf("\033[%d;1H%s\033[%d;%dH%s", fields[i].row, fields[i].label,
                   fields[i].row, COL, now.text[i]);
        printf("\033[%d;%dH", fields[field].row,
               COL + (int)strlen(now.text[field]));
    } else if (screen == PAGE) {
        printf("\033[4;1HPostcode . :\033[5;1HOther  . . :\033[4;%dH%s"
               "\033[%d;%dH", COL, other, 4 + field,
               COL + (field ? 0 : (int)strlen(other)));
    }
    fflush(stdout);
}

static void leave(const char *said)
{
    screen = INDEX;
    field = 0;
    number[0] = name[0] = '\0';
    snprintf(message, sizeof message, "%s", said);
}

static void put_line(bool deleted)
{
    char said[40];
    FILE *out = fopen(file, "a");
    if (!out)
        exit(1);
    if (deleted)
        fprintf(out, "%d\tDELETED\n", record + 1);
    else
        fprintf(out, "%d\t%s\t%s\t%s\t%s\t%s\n", record + 1, now.text[0],
                now.text[1], now.text[2], now.text[3], other);
    fclose(out);
    if (fatal)
        exit(0);
    records[record] = now;
    snprintf(said, sizeof said, "RECORD %d UPDATED", record + 1);
    leave(said);
}

static void enter(void)
{
    message[0] = '\0';
    if (screen == INDEX) {
        record = atoi(number) - 1;
        if (record < 0 || record >= RECORDS) {
            leave("NO SUCH RECORD");
            return;
        }
        now = records[record];
        field = 0;
        other[0] = '\0';
        screen = RECORD;
    } else if (screen == RECORD && confirm) {
        screen = CONFIRM;
    } else if (screen == RECORD) {
        put_line(false);
    }
}

static void function_key(char c)
{
    if (c == 'R')
        leave("");
    else if (c == 'Q' && (screen == RECORD || screen == PAGE))
        screen = screen == RECORD ? PAGE : RECORD;
    else if (c == 'S' && screen == RECORD)
        put_line(true);
}

static void key(char c)
{
    static int escape; /* ESC O Q is F2, R F3, S F4 */
    char *text = screen == RECORD ? now.text[field]
                 : screen == PAGE ? other : field ? name : number;
    size_t width = screen == RECORD ? (size_t)fields[field].width
                   : screen == PAGE ? 20 : 4;
    size_t len = strlen(text);
    if (c == '\033' || escape) {
        escape = c == '\033' ? 1 : escape == 1 && (c == 'O' || c == '[') ? 2 : 0;
        if (!escape)
            function_key(c);
    } else if (c == '\r') {
        enter();
    } else if (screen == CONFIRM) {
        if (c == 'y' || c == 'a')
            put_line(c == 'a');
        else
            leave("");
    } else if (c == '\t') {
        field = (field + 1) % (screen == RECORD ? FIELDS : 2);
    } else if (c == 'U' - '@') {
        text[0] = '\0';
    } else if (c == 0x7f || c == '\b') {
        text[len ? len - 1 : 0] = '\0';
    } else if (c >= ' ' && len < width) {
        fatal = fatal || (c == 'f' && text == name);
        text[len] = c;
        text[len + 1] = '\0';
    }
}

int main(int argc, char **argv)
{
    struct termios t;
    char in[256];
    ssize_t n;
    if (argc < 2)
        return 2;
    file = argv[1];
    confirm = argc > 2 && !strcmp(argv[2], "confirm");
    tcgetattr(0, &t);
    cfmakeraw(&t);
    tcsetattr(0, TCSANOW, &t);
    draw();
    while ((n = read(0, in, sizeof in)) > 0) {
        for (ssize_t i = 0; i < n; i++)
            key(in[i]);
        draw();
    }
    return 0;
}
