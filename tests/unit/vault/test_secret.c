#include "rpa/vault/secret.h"
#include "../tmpdir.h"
#include "rpa/store/store.h"
#include "tap.h"

static const struct {
    const char *name, *value;
    int code;
} cases[] = {
    { "crs-password", "pa55 w\xc3\xb4rd", RPA_OK },
    { "empty", "", RPA_OK },
    { "A.b_c-9", "0123456789012345678901234567890123456789012345678901234567890123",
      RPA_OK },
    { "", "x", RPA_EINVAL },
    { "-x", "x", RPA_EINVAL },
    { "a b", "x", RPA_EINVAL },
    { "../x", "x", RPA_EINVAL },
};

static int count(void *data, const char *name, rpa_time set_us)
{
    (void)name;
    *(int *)data += set_us > 0;
    return 0;
}

static bool in_file(const char *file, const char *what)
{
    FILE *f = fopen(tmp_path(file), "r");
    char all[65536];
    size_t len = f ? fread(all, 1, sizeof all, f) : 0;
    if (f)
        fclose(f);
    return memmem(all, len, what, strlen(what)) != NULL;
}

static void table(struct rpa_vault *vault)
{
    struct rpa_err err;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rpa_secret *s = NULL, *got = NULL;
        rpa_secret_new(cases[i].value, strlen(cases[i].value), &s, &err);
        is_int(rpa_vault_set(vault, cases[i].name, s, &err), -cases[i].code,
               cases[i].name);
        rpa_secret_free(s);
        if (cases[i].code)
            continue;
        size_t len = 0;
        is_int(rpa_vault_get(vault, cases[i].name, &got, &err), 0, "get");
        is_str(rpa_secret_bytes(got, &len), cases[i].value, "the same");
        is_int((long long)len, (long long)strlen(cases[i].value), "its length");
        rpa_secret_free(got);
    }
}

int main(void)
{
    tmp_begin();
    struct rpa_vault *vault = NULL;
    struct rpa_secret *got = NULL;
    struct rpa_err err;
    int n = 0;
    is_int(rpa_vault_open(tmp_path("deep/er"), &vault, &err), 0, "makes the way");
    rpa_vault_close(vault);
    unlink(tmp_path("deep/er/root.key"));
    rmdir(tmp_path("deep/er"));
    rmdir(tmp_path("deep"));
    is_int(rpa_vault_open(tmpdir, &vault, &err), 0, "open");
    is_int(rpa_vault_get(vault, "none", &got, &err), -RPA_ENOTFOUND, "none yet");
    is_int(rpa_vault_list(vault, count, &n, &err), 0, "list of nothing");
    table(vault);
    rpa_vault_list(vault, count, &n, &err);
    is_int(n, 3, "three listed");
    ok(!in_file("secrets.db", "pa55") && !in_file("secrets.db-wal", "pa55"),
       "no value in the files");
    is_int(rpa_vault_remove(vault, "empty", &err), 0, "remove");
    is_int(rpa_vault_remove(vault, "empty", &err), -RPA_ENOTFOUND, "only once");
    is_int(rpa_vault_get(vault, "empty", &got, &err), -RPA_ENOTFOUND, "gone");
    static char big[RPA_SECRET_MAX + 1];
    is_int(rpa_secret_new(big, sizeof big, &got, &err), -RPA_EINVAL, "too long");
    is_int(rpa_secret_new(big, RPA_SECRET_MAX, &got, &err), 0, "the longest");
    is_int(rpa_vault_set(vault, "crs-password", got, &err), 0, "replaced");
    rpa_secret_free(got);
    rpa_secret_free(NULL);
    rpa_vault_close(vault);
    rpa_vault_close(NULL);
    return tap_done();
}
