/* A run for a reader outside: what proves it, and a page to read. */
#include "rpa/cmd/audit.h"

#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* the page being made, and what is read for it */
struct page {
    const struct audit_options *o;
    const char *dir;
    struct audit_log *log;
    struct rpa_audit_reader *reader;
    FILE *to;
};

/* text as HTML has it, escaped as for a terminal: no mark turns it around */
static void put_text(FILE *to, const char *s)
{
    struct rpa_buf shown = { 0 };
    rpa_buf_escape(&shown, s, strlen(s));
    for (size_t i = 0; i < shown.len; i++) {
        char c = shown.data[i];
        if (c == '<' || c == '>' || c == '&' || c == '"' || c == '\'')
            fprintf(to, "&#%d;", c);
        else
            fputc(c, to);
    }
    if (shown.failed)
        fputs("?", to);
    rpa_buf_clear(&shown);
}

static void put_cell(FILE *to, const char *text)
{
    fputs("<td>", to);
    put_text(to, text);
}

/* the picture of a SCREEN row beside the page, if the page has content */
static int put_picture(const struct page *p, const struct rpa_audit_entry *e,
                       struct rpa_err *err)
{
    char path[4096];
    struct rpa_buf png = { 0 };
    if (!p->o->content || !rpa_audit_keeps_picture(e))
        return 0;
    snprintf(path, sizeof path, "%s/picture-%lld.png", p->dir,
             (long long)e->seq);
    int r = audit_log_picture(p->log, p->o, e, err);
    if (r == 0)
        r = rpa_audit_reader_picture(p->reader, &png, err);
    FILE *file = r == 0 ? fopen(path, "wxe") : NULL;
    bool good = file && fwrite(png.data, 1, png.len, file) == png.len;
    if (file && fclose(file) != 0)
        good = false;
    if (r == 0 && !good)
        r = rpa_fail_errno(err, RPA_EIO, "cannot write %s", path);
    if (png.data)
        explicit_bzero(png.data, png.cap);
    rpa_buf_clear(&png);
    if (r == 0)
        fprintf(p->to, "<br><img src=\"picture-%lld.png\" alt=\"row %lld\">",
                (long long)e->seq, (long long)e->seq);
    return r;
}

static int put_row(const struct page *p, const struct rpa_audit_entry *e,
                   struct rpa_err *err)
{
    FILE *to = p->to;
    char when[28], number[24];
    const char *kind = rpa_audit_kind_name(e->kind);
    const char *verb = rpa_s62_name(e->verb);
    snprintf(number, sizeof number, "%lld", (long long)e->seq);
    fputs("<tr>", to);
    put_cell(to, number);
    put_cell(to, rpa_time_iso(e->t_us, when));
    put_cell(to, kind ? kind : "?");
    put_cell(to, verb ? verb : "?");
    put_cell(to, e->target);
    put_cell(to, e->window);
    put_cell(to, e->field);
    put_cell(to, e->plain);
    char *content = e->content ? audit_content_text(e) : NULL;
    if (content)
        put_cell(to, content);
    else
        fprintf(to, "<td class=sealed>%s",
                e->sealed_len ? "sealed" : "");
    free(content);
    int r = put_picture(p, e, err);
    fputs("</tr>\n", to);
    return r;
}

static const char top[] =
    "<!DOCTYPE html><html lang=en><meta charset=utf-8>"
    "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; "
    "style-src 'unsafe-inline'; img-src 'self' file:\">"
    "<style>body{font:14px sans-serif;margin:2em}table{border-collapse:collapse}"
    "td,th{border:1px solid #ccc;padding:2px 6px;text-align:left;"
    "vertical-align:top;overflow-wrap:anywhere}.sealed{color:#777}"
    "pre{background:#eee;padding:1em}</style>\n";
static const char about[] =
    "<p>This page is for reading and proves nothing. What proves the run stands "
    "beside it in <code>proof.db</code>:</p>"
    "<pre>rpa-verify --key FILE --proof .</pre>"
    "<p>FILE is the public key of the store, from whoever keeps it apart from "
    "the store.</p>\n"
    "<table><tr><th>row<th>time (UTC)<th>kind<th>operation<th>target<th>window"
    "<th>field<th>says<th>content</tr>\n";

/* Told to stop while that is put off until nothing is left lying about? */
static int check_stop(struct rpa_err *err)
{
    sigset_t told;
    sigpending(&told);
    return sigismember(&told, SIGINT) || sigismember(&told, SIGTERM)
               ? rpa_fail(err, RPA_EGONE, "the export was stopped")
               : 0;
}

static int put_page(struct page *p, struct rpa_err *err)
{
    const struct audit_options *o = p->o;
    FILE *to = p->to;
    struct rpa_audit_entry entry;
    struct rpa_buf note = { 0 };
    fputs(top, to);
    fprintf(to, "<title>Run %lld</title><h1>Run %lld</h1>\n",
            (long long)o->filter.run, (long long)o->filter.run);
    fputs(about, to);
    int r = rpa_audit_reader_open(o->state_dir, &o->filter, o->content,
                                  &p->reader, err);
    while (r == 0 && (r = rpa_audit_reader_next(p->reader, &entry, err)) > 0)
        if ((r = check_stop(err)) == 0)
            r = put_row(p, &entry, err);
    rpa_audit_reader_close(p->reader);
    if (r == 0)
        r = rpa_audit_last_note(o->state_dir, &note, err);
    fputs("</table>\n<h2>The newest note</h2>\n<pre>", to);
    for (char *line = note.data, *next; r == 0 && line && *line; line = next) {
        next = line + strcspn(line, "\n");
        if (*next)
            *next++ = '\0';
        put_text(to, line);
        fputc('\n', to);
    }
    fputs("</pre></html>\n", to);
    rpa_buf_clear(&note);
    return r;
}

/* the page and what it opens first: proof.db has its hashes */
static int fill(const struct audit_options *o, struct audit_log *log,
                const char *dir, struct rpa_err *err)
{
    char path[4096];
    snprintf(path, sizeof path, "%.4000s/index.html", dir);
    struct page page = { .o = o, .dir = dir, .log = log,
                         .to = fopen(path, "wxe") };
    int r = page.to ? put_page(&page, err)
                    : rpa_fail_errno(err, RPA_EIO, "cannot write %s", path);
    if (page.to && (fflush(page.to) | ferror(page.to)) && r == 0)
        r = rpa_fail_errno(err, RPA_EIO, "cannot write %s", path);
    if (page.to)
        fclose(page.to);
    return r == 0 ? rpa_audit_export(o->state_dir, o->filter.run, dir, err) : r;
}

/* each file of it, then the folder */
static int flush(const char *dir, struct rpa_err *err)
{
    DIR *files = opendir(dir);
    bool good = files != NULL;
    for (struct dirent *e; good && (e = readdir(files));) {
        int fd = openat(dirfd(files), e->d_name, O_RDONLY | O_CLOEXEC);
        good = fd >= 0 && fsync(fd) == 0;
        if (fd >= 0)
            close(fd);
    }
    int r = good ? 0 : rpa_fail_errno(err, RPA_EIO, "flushing %s", dir);
    if (files)
        closedir(files);
    return r;
}

/* a folder that we made: files, and no folder in it */
static void remove_folder(const char *dir)
{
    DIR *files = opendir(dir);
    for (struct dirent *e; files && (e = readdir(files));)
        unlinkat(dirfd(files), e->d_name, 0);
    if (files)
        closedir(files);
    rmdir(dir);
}

/* The folder is made beside its place, and is there when it is whole; who stops it
 * leaves nothing of it, as pictures in it are in clear. */
static int export_run(const struct audit_options *o, struct audit_log *log,
                      struct rpa_err *err)
{
    char aside[4096];
    sigset_t stops, before;
    int len = (int)strlen(o->proof);
    while (len > 1 && o->proof[len - 1] == '/')
        len--;
    if (snprintf(aside, sizeof aside, "%.*s.XXXXXX", len, o->proof) >= 4000)
        return rpa_fail(err, RPA_EINVAL, "the path is too long: %s", o->proof);
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    sigprocmask(SIG_BLOCK, &stops, &before);
    bool made = mkdtemp(aside);
    int r = made ? 0 : rpa_fail_errno(err, RPA_EIO, "cannot make %s", aside);
    if (r == 0)
        r = fill(o, log, aside, err);
    if (r == 0)
        r = flush(aside, err);
    if (r == 0)
        r = check_stop(err);
    if (r == 0 && rename(aside, o->proof) < 0) /* over nothing that has files */
        r = rpa_fail_errno(err, RPA_EIO, "cannot make %s", o->proof);
    if (r < 0 && made)
        remove_folder(aside);
    sigprocmask(SIG_SETMASK, &before, NULL); /* who was told to stop ends here */
    return r;
}

int audit_export(const struct audit_options *o, struct rpa_err *err)
{
    struct audit_log log = { 0 };
    int r = rpa_audit_export_ask(o->state_dir, o->filter.run, o->proof, err);
    if (r == 0)
        r = audit_log_reading(&log, o, (struct rpa_audit_reading){
            .what = o->content ? "export --content" : "export",
            .run = o->filter.run, .verb = RPA_S62_DISCLOSURE }, err);
    if (r == 0)
        r = export_run(o, &log, err);
    audit_log_end(&log);
    if (r == 0)
        printf("run %lld is in %s: rpa-verify --key FILE --proof %s\n",
               (long long)o->filter.run, o->proof, o->proof);
    return r;
}
