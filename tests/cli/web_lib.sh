# shellcheck shell=bash
# Web services over real TLS: nginx from Debian before tests/fake/web_service.py,
# an authority made here. Sourced after lib.sh.
web=$dir/web
mkdir -p "$web"
chmod 755 "$dir" "$web"
nginx_pid='' service_pid=''

finish_web() {
    for p in $nginx_pid $service_pid; do
        kill "$p" 2>/dev/null && wait "$p" 2>/dev/null
    done
    finish
}
trap finish_web EXIT

# --- an authority, and certificates that are wrong in one way each ---------------
key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$web/$1.key"; }
authority() { # name
    key "$1" && openssl req -x509 -new -key "$web/$1.key" -subj "/CN=$1" -days 2 \
        -addext basicConstraints=critical,CA:TRUE -out "$web/$1.pem"
}
certificate() { # name authority san days
    key "$1" &&
        openssl req -new -key "$web/$1.key" -subj "/CN=$1" -out "$web/$1.csr" &&
        openssl x509 -req -in "$web/$1.csr" -CA "$web/$2.pem" -CAkey "$web/$2.key" \
            -CAcreateserial -days "$4" -out "$web/$1.pem" \
            -extfile <(echo "subjectAltName=$3")
}
make_certificates() {
    local here=DNS:localhost,IP:127.0.0.1
    authority ca && authority stranger && certificate good ca $here 2 &&
        certificate other ca DNS:other.example 2 && certificate expired ca $here -1 &&
        certificate unknown stranger $here 2 && certificate client ca DNS:client 2 &&
        key self && openssl req -x509 -new -key "$web/self.key" -subj /CN=self \
            -addext "subjectAltName=$here" -days 2 -out "$web/self.pem"
}

# --- the servers ---------------------------------------------------------------------
free_ports() { # how many; each was free a moment ago
    python3 -c 'import socket, sys
s = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print(*(x.getsockname()[1] for x in s))' "$1"
}
passes_to() { # port certificate more…: TLS before the stand-in's own bytes
    printf 'server { listen 127.0.0.1:%s ssl; proxy_pass 127.0.0.1:%s;
        ssl_certificate %s; ssl_certificate_key %s; %s }\n' \
        "$1" "$service_port" "$web/$2.pem" "$web/$2.key" "${*:3}"
}
start_web() {
    exec 7< <(exec python3 "$ROOT/tests/fake/web_service.py" --log "$web/log" <"$dir/stdin")
    service_pid=$!
    exec 8>"$dir/stdin"
    read -r -t 60 line <&7 || bail 'no web service'
    service_port=${line#port }
    read -r tls other expired unknown self old h2 mutual <<<"$(free_ports 8)"
    [ -n "$mutual" ] || bail 'no free ports'
    cat >"$web/nginx.conf" <<EOF
daemon off; pid $web/pid; error_log $web/error.log; worker_processes 1;
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
events { worker_connections 512; }
stream {
    $(passes_to "$tls" good)
    $(passes_to "$other" other)
    $(passes_to "$expired" expired)
    $(passes_to "$unknown" unknown)
    $(passes_to "$self" self)
    $(passes_to "$old" good 'ssl_protocols TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;')
}
http {
    access_log $web/access.log; client_body_temp_path $web/b; proxy_temp_path $web/p;
    fastcgi_temp_path $web/f; uwsgi_temp_path $web/u; scgi_temp_path $web/s;
    server { listen 127.0.0.1:$h2 ssl http2; ssl_certificate $web/good.pem;
        ssl_certificate_key $web/good.key; keepalive_requests 100000;
        location = /protocol { default_type text/plain; return 200 \$server_protocol; }
        location / { proxy_http_version 1.1; proxy_pass http://127.0.0.1:$service_port; } }
    server { listen 127.0.0.1:$mutual ssl; ssl_certificate $web/good.pem;
        ssl_certificate_key $web/good.key; ssl_client_certificate $web/ca.pem;
        ssl_verify_client on; location = /who { default_type text/plain;
            return 200 \$ssl_client_s_dn; }
        location / { proxy_http_version 1.1; proxy_pass http://127.0.0.1:$service_port; } }
}
EOF
    nginx -p "$web" -c "$web/nginx.conf" 2>"$web/nginx.err" &
    nginx_pid=$!
    until_ok 60 listens "$mutual" || bail "nginx does not start: $(cat "$web/nginx.err")"
}
listens() { (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

mkfifo "$dir/stdin"
make_certificates 2>"$web/openssl.err" || bail "no certificates: $(cat "$web/openssl.err")"
start_web

# --- a target, a bot with a service, what it printed -------------------------------
chmod 644 "$web"/*.pem
conf() { # what else the target says
    cat >"$dir/rpa.conf" <<EOF
return { targets = { ves = {
    hosts = { "localhost:*", "127.0.0.1:*" ${2-} }, networks = { "127.0.0.0/8", "::1" },
    authority = "$web/ca.pem", ${1-} } } }
EOF
}
conf
manifest() { # what else it says, services
    cat <<EOF
return { name = "web", target = "ves", set = { tls = "$tls" },
    http = { "localhost:$other", "localhost:$expired", "localhost:$unknown",
        "localhost:$self", "localhost:$old", "localhost:1", "localhost:$h2" },
    files = { output = { download = "download" } },
    navigation = { { url = "https://localhost:$tls/echo", methods = { "POST" } },
        { url = "https://localhost:$tls/soap", methods = { "POST" } },
        { url = "https://localhost:$tls/find/{id}", methods = { "POST" } } },
    $1 }
EOF
}
outcomes='{ is = "locked", status = { "423" } },
    { is = "found", status = { "200" } }, { is = "not found", status = { "404" } }'
vehicles='vehicles = { url = "https://localhost:${tls}", type = "json",
    paths = { "/find/{id}", "/{vrm}" }, verb = "consultation", timeout_ms = 20000, '
web() { # main.lua on standard input, with what is sourced before it
    bot web "$(manifest "services = { $vehicles outcomes = { $outcomes } } ${1-} }, ${2-}")"
    run "$dir/bots/web" --config "$dir/rpa.conf" --files "$dir" --quiet
}

row() { # name, outcome, what is said
    ok "$1: $2${3:+, $3}" grep -qE "^$1\|$2\|.*${3-}" "$dir/out"
}
line() { ok "$1: $2" prints "$1|$2"; }
cannot='could not check'
