/* run_lua [--bot FOLDER] [--map FILE] LIB_LUA SCRIPT…: each script is a bot with the fake
 * driver; what it prints is TAP. It finds the text of the stubs and façades
 * under LIB_LUA as rpa.set.stubs and rpa.set.facades, and can require the files
 * of FOLDER, those of common/ beside it, and tap.lua beside the script; with
 * --map its screen map is that file. */
#include "fake_driver.h"
#include "rpa/act/act.h"
#include "rpa/lua/vm.h"
#include "tests/unit/of_json.h"

#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>

static const char fake_map[] =
    "{'record':['PERSON','REPORT 1'],'words':{'cancel':'F12','rows':24},"
    "'messages':{'row':2,'error':['E'],'found':'F','absent':'A','reference':'R'},"
    "'screens':[{'title':'MAIN MENU','choose':{'new':2,'off':'F9'},"
    "'fields':[{'label':'Option','width':1}]},"
    "{'title':'NEWS','choose':{'any':'Enter'}},"
    "{'title':'REPORT 1','go_on':'F8','fields':[{'label':'Start','width':16,"
    "'layout':'DD/MM/YYYY hh:mm'},{'label':'Narrative','width':72,'lines':3},{'label':'Offence',"
    "'width':4,'picks':{'list':'OFFENCES','key':'F4','by':'TEXT','beside':'S',"
    "'shows':'CODE'}}]},"
    "{'title':'OFFENCES','tables':[{'name':'offences'}]},"
    "{'title':'NOMINAL','name':'PERSON','fields':[{'label':'Surname',"
    "'width':35},{'label':'Gender','width':1,'codes':{'M':'1','F':'2','X':9}},"
    "{'label':'Date of Birth','width':10,'layout':'DD.MM.YYYY'}]}]}";

static char *slurp(const char *path)
{
    struct rpa_buf text = { 0 };
    char part[4096];
    FILE *f = fopen(path, "rb");
    for (size_t n; f && (n = fread(part, 1, sizeof part, f)) > 0;)
        rpa_buf_add(&text, part, n);
    if (f)
        fclose(f);
    return rpa_buf_take(&text);
}

static void put_text(cbor_item_t *start, const char *key, const char *lib,
                     const char *sub)
{
    char dir[512];
    snprintf(dir, sizeof dir, "%s/%s", lib, sub);
    struct dirent **names;
    struct rpa_buf text = { 0 };
    int n = scandir(dir, &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", dir, names[i]->d_name);
        char *one = names[i]->d_name[0] == '.' ? NULL : slurp(path);
        rpa_buf_puts(&text, one ? one : "");
        free(one);
        free(names[i]);
    }
    free(names);
    rpa_msg_put_strn(rpa_msg_get(start, "set"), key, text.data, text.len);
    rpa_buf_clear(&text);
}

/* the file @path as the module of its name behind @prefix */
static void put_module(cbor_item_t *start, const char *path, const char *prefix)
{
    char module[300];
    const char *name = strrchr(path, '/') + 1;
    char *text = slurp(path);
    snprintf(module, sizeof module, "%s%.*s", prefix,
             (int)(strlen(name) - strlen(".lua")), name);
    rpa_msg_put_str(rpa_msg_get(start, "modules"), module, text ? text : "");
    free(text);
}

/* each .lua of @folder */
static void put_modules(cbor_item_t *start, const char *folder,
                        const char *prefix)
{
    struct dirent **names;
    int n = scandir(folder, &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char path[1024];
        size_t len = strlen(names[i]->d_name);
        snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        if (len > 4 && !strcmp(names[i]->d_name + len - 4, ".lua"))
            put_module(start, path, prefix);
        free(names[i]);
    }
    if (n >= 0)
        free(names);
}

/* the screen map in @path */
static cbor_item_t *read_map(const char *path)
{
    struct rpa_err err;
    struct rpa_vm *vm = NULL;
    char *source = slurp(path);
    cbor_item_t *file = fake_start(path, source, 32 << 20), *map = NULL;
    free(source);
    if (rpa_vm_new(file, -1, &vm, &err) < 0 ||
        rpa_vm_eval(vm, 10000, &map, &err) < 0) {
        printf("Bail out! %s: %s\n", path, err.msg);
        exit(1);
    }
    rpa_vm_free(vm);
    rpa_msg_free(&file);
    return map;
}

static int bot(int fd, const char *script, const char *lib, const char *folder,
               const char *map)
{
    struct rpa_err err;
    struct rpa_vm *vm = NULL;
    const char *base = strrchr(script, '/');
    char *source = slurp(script);
    cbor_item_t *start = fake_start(base ? base + 1 : script, source,
                                    32 << 20);
    free(source);
    rpa_msg_put_item(start, "map", map ? read_map(map) : of_json(fake_map));
    put_text(start, "stubs", lib, "meta");
    put_text(start, "facades", lib, "rpa");
    char path[1024];
    snprintf(path, sizeof path, "%.*stap.lua",
             base ? (int)(base + 1 - script) : 0, script);
    put_module(start, path, "");
    if (folder) {
        char common[1024];
        snprintf(common, sizeof common, "%s/../common", folder);
        put_modules(start, folder, "");
        put_modules(start, common, "common.");
    }
    int r = rpa_vm_new(start, fd, &vm, &err);
    rpa_msg_free(&start);
    if (r == 0)
        r = rpa_vm_run(vm, &err);
    if (r < 0)
        fprintf(stderr, "# %s\n", err.msg);
    rpa_vm_free(vm);
    close(fd);
    return r < 0;
}

/* What a façade sends must fit the table of acts. */
static int check(const char *name, const cbor_item_t *args,
                 struct rpa_err *err)
{
    const struct rpa_act *act = rpa_act_find(name, strlen(name));
    bool facade = act && strcmp(name, "run.end") != 0;
    return facade ? rpa_act_check(act, args, err) : 0;
}

int main(int argc, char **argv)
{
    const char *folder = NULL, *map = NULL;
    int bad = 0;
    if (argc > 2 && !strcmp(argv[1], "--bot")) {
        folder = argv[2];
        argv += 2;
        argc -= 2;
    }
    if (argc > 2 && !strcmp(argv[1], "--map")) {
        map = argv[2];
        argv += 2;
        argc -= 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = 2; i < argc; i++) {
        int ends[2], status = 1;
        struct fake f = { .check = check };
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
            return 1;
        pid_t pid = fork();
        if (!pid) {
            close(ends[0]);
            exit(bot(ends[1], argv[i], argv[1], folder, map));
        }
        close(ends[1]);
        f.fd = ends[0];
        fake_serve(&f);
        close(ends[0]);
        waitpid(pid, &status, 0);
        if (strcmp(f.end, "ok") || status) {
            printf("Bail out! %s: %s\n", argv[i], f.end);
            bad = 1;
        }
    }
    return bad;
}
