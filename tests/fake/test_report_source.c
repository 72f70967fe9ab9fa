/* The stand-in over the wire, by rpa's own client; its faults come to the bot
 * as the error each should be. argv[1] is the program. */
#include "tap.h"

#include "rpa/net/http.h"
#include "rpa/xml/doc.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
    const char *path;
    long status;
    int net, xml; /* what rpa_http_do() and rpa_xml_doc_parse() should say */
} cases[] = {
    { "/reports", 200, RPA_OK, RPA_OK },
    { "/reports/OCR-2026-000001", 200, RPA_OK, RPA_OK },
    { "/reports/OCR-2026-000002", 500, RPA_OK, RPA_EXML },
    { "/reports/OCR-2026-000003", 0, RPA_ETIMEOUT, RPA_OK },
    { "/reports/OCR-2026-000004", 200, RPA_OK, RPA_EXML },
    { "/reports/OCR-2026-000005", 200, RPA_OK, RPA_EXML },
    { "/reports/OCR-2026-000099", 404, RPA_OK, RPA_EXML },
    { "/", 404, RPA_OK, RPA_EXML },
};

static pid_t start(const char *program, int *ret_port)
{
    int out[2];
    if (pipe(out))
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        dup2(out[1], 1);
        close(out[0]);
        close(out[1]);
        execl(program, program, "--reports", "10", "--fail",
              "OCR-2026-000002=500", "--fail", "OCR-2026-000003=timeout",
              "--fail", "OCR-2026-000004=cut", "--fail",
              "OCR-2026-000005=laughs", (char *)NULL);
        _exit(127);
    }
    close(out[1]);
    FILE *f = fdopen(out[0], "r");
    if (!f || fscanf(f, "port %d", ret_port) != 1)
        printf("Bail out! the source does not start\n"), exit(1);
    fclose(f);
    return pid;
}

static void fetch(struct rpa_http *http, int port, size_t i)
{
    char url[128];
    struct rpa_http_response got = { 0 };
    struct rpa_xml_doc *doc = NULL;
    struct rpa_err err = { 0 };
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, cases[i].path);
    struct rpa_http_request req = {
        .method = "GET", .url = url, .timeout_ms = 500, .max_body = 1 << 20
    };
    is_int(rpa_http_do(http, &req, &got, &err), -cases[i].net, cases[i].path);
    is_int(got.status, cases[i].status, "status");
    if (cases[i].net == RPA_OK)
        is_int(rpa_xml_doc_parse(got.body, got.body_len, &doc, &err),
               -cases[i].xml, "document");
    rpa_xml_doc_free(doc);
    rpa_http_response_clear(&got);
}

int main(int argc, char **argv)
{
    struct rpa_http *http = NULL;
    struct rpa_err err;
    int port = 0, status = -1;
    if (argc < 2 || rpa_http_new(NULL, NULL, &http, &err) < 0)
        return 2;
    pid_t pid = start(argv[1], &port);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        fetch(http, port, i);
    rpa_http_free(http);
    kill(pid, SIGTERM);
    waitpid(pid, &status, 0);
    is_int(status, 0, "SIGTERM ends it cleanly");
    return tap_done();
}
