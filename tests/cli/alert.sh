#!/bin/bash
# Alerts: what is wrong is told once, by mail, webhook and command, and once
# more when it is over; what cannot be told is kept and told later.
. "$(dirname "$0")/lib.sh"
daemon_pid='' alerts_pid=''
finish_all() {
    for pid in $daemon_pid $alerts_pid; do
        kill -KILL "$pid" 2>/dev/null
    done
    finish
}
trap finish_all EXIT
diagnose() { tail -n 20 "$dir"/{daemon.err,taken,told,out,err} 2>/dev/null; }

# --- who is told ------------------------------------------------------------------
start_alerts() { # options of alert_host.py
    exec 7< <(exec "$ROOT/tests/fake/alert_host.py" --file "$dir/taken" --mode "$dir/mode" "$@")
    alerts_pid=$!
    read -r -t 60 _ mail <&7 && read -r -t 60 _ web <&7 || bail 'nobody to be told'
}
mode() { printf '%s\n' "$*" >"$dir/mode.new" && mv "$dir/mode.new" "$dir/mode"; }
conf() { # more of alerts
    cat >"$dir/conf" <<L
return { alerts = { every_s = 1, calm_s = 2, ${1-}
    mail = { server = "smtp://127.0.0.1:$mail", from = "rpa@force.example",
             to = { "night@force.example", "desk@force.example" }, plain = true },
    webhook = { url = "http://127.0.0.1:$web/hook", secret = "hook" },
    command = { "sh", "-c", 'echo "\$RPA_ALERT_EVENT \$RPA_ALERT_KIND: \$RPA_ALERT_ABOUT" >>$dir/told' },
} }
L
}
mails() { jq -r 'select(.by == "mail").subject' "$dir/taken" | sed 's/^.rpa [^ ]*. //; /^over: /!s/^/begins /; s/^over: /over /'; }
posts() { jq -r 'select(.by == "web").body | .event + " " + .kind + ": " + .about' "$dir/taken"; }
told() { # N 'event kind: about': so often by each of the three
    [ "$(posts | grep -cxF -- "$2")" = "$1" ] && [ "$(mails | grep -cxF -- "$2")" = "$1" ] &&
        [ "$(grep -cxF -- "$2" "$dir/told")" = "$1" ]
}
posted() { [ "$(posts | grep -cxF -- "$2")" = "$1" ]; }

# --- the daemon -------------------------------------------------------------------
start_daemon() {
    "$RPA" daemon --state "$state" --config "$dir/conf" --schedules "$dir/schedules.lua" --warm 0 \
        2>>"$dir/daemon.err" &
    daemon_pid=$!
    until_ok 60 answers || bail "no daemon: $(cat "$dir/daemon.err")"
}
answers() { "$RPA" status --state "$state" >"$dir/out" 2>"$dir/err"; }
end_daemon() { # signal
    kill "-$1" "$daemon_pid"
    wait "$daemon_pid" 2>/dev/null
    daemon_pid=
}
queue() { rpa queue "$@" --state "$state"; }
schedule() { rpa schedule "$@" --state "$state" --schedules "$dir/schedules.lua"; }
write_schedules() { # when the second is
    cat >"$dir/schedules.lua" <<L
return { works = { bot = "$dir/bots/sometimes", at = "0 3 1 1 *" },
    ticks = { bot = "$dir/bots/fine", at = "$1" } }
L
}

touch "$dir/taken" "$dir/told"
mode ok
start_alerts
new_state
printf token | "$RPA" secret set hook --state "$state" 2>"$dir/err"
# it fails as long as it may not read that file
bot sometimes "return { name = 'sometimes', target = 'crime', mode = 'LIVE' }" <<<'error("Smith, John")'
bot fine <<<'rpa.log("fine")'
write_schedules '*/2 * * * * *'

# --- test, list -------------------------------------------------------------------
conf
rpa alert test --config "$dir/conf" --state "$state"
is 'each channel is tried' "$status $(sort "$dir/out" | tr '\n' ';')" '0 command: sent;mail: sent;webhook: sent;'
ok 'and has it' told 1 'begins test: this channel'
is 'a mail to all, its lines ended as they are in mail' \
    "$(jq -c 'select(.by == "mail") | [.from, .to, .crlf]' "$dir/taken")" \
    '["rpa@force.example",["night@force.example","desk@force.example"],true]'
is 'a webhook is told the secret' "$(jq -r 'select(.by == "web").auth' "$dir/taken")" 'Bearer token'
mode refuse mail
rpa alert test --config "$dir/conf" --state "$state"
ok 'a server that refuses' error 5 120 '' 'mail: smtp://127.0.0.1:'"$mail"' refuses the mail: 550'
{ printf 'return { alerts = { command = {}, mail = { server = "smtp://h", from = "a@b", to = {'
printf ' "a@b",%.0s' {1..33}
echo ' } } } }'; } >"$dir/many"
rpa alert test --config "$dir/many" --state "$state"
ok 'more than are told are refused' says 'alerts.mail.to wants a list of NAME@HOST, 1 to 32 of them'
ok 'and a command of nothing' says 'alerts.command wants a list of texts, 1 to 32 of them'
mode busy web
rpa alert test --config "$dir/conf" --state "$state"
ok 'a webhook that does' error 1 320 '' 'webhook: the webhook answers 503'
mode ok
rpa alert list --state "$state"
ok 'nobody has looked' prints 'nobody has looked yet'
rpa alert test --state "$state"
ok 'nobody is named' error 4 100 '' 'rpa.conf names nobody to tell'

# --- what is wrong ----------------------------------------------------------------
conf 'queue_age_s = 1, disk_mib = 1000000000,'
start_daemon
ok 'the disk' until_ok 60 told 1 'begins disk: state directory'
queue create crime
queue pause crime --why 'Smith, John is on leave'
ok 'a queue that gives out nothing' until_ok 60 told 1 'begins down: queue crime'
printf '%s\n' '{"id":"CR/Smith","by":"2030-01-01T00:00:00Z"}' '{"id":"CR/Jones","by":"2020-01-01T00:00:00Z"}' >"$dir/items.jsonl"
queue add crime "$dir/items.jsonl" --deadline by
ok 'one that waits too long' until_ok 60 told 1 'begins queue age: queue crime'
ok 'a deadline' until_ok 60 told 1 'begins deadline: queue crime'
schedule approve works
schedule run works
ok 'a run that fails' until_ok 60 told 1 'begins failed: schedule works'
ok 'what starts and nobody has approved' until_ok 60 told 1 'begins changed: schedule ticks'
schedule approve ticks
ok 'until somebody does' until_ok 60 told 1 'over changed: schedule ticks'
write_schedules '0 3 1 1 *'
ok 'one that was changed since' until_ok 60 told 2 'begins changed: schedule ticks'
main sometimes <<<'rpa.log("fine")'
ok 'one whose bot was' until_ok 60 told 1 'begins changed: schedule works'
schedule approve works
ok 'until that is approved too' until_ok 60 told 1 'over changed: schedule works'
schedule run works
ok 'a run that works: over' until_ok 60 told 1 'over failed: schedule works'
queue resume crime --why back
ok 'a queue that goes on: over' until_ok 60 told 1 'over down: queue crime'
ok 'what lasted all the time was told once' told 1 'begins disk: state directory'
rpa alert list --state "$state"
ok 'and is shown' prints 'disk: state directory: '
ok 'and more' prints 'queue age: queue crime: 2 items ready, the oldest for '
rpa alert list --json --state "$state"
is 'for programs too' "$(jq -r .kind "$dir/out" | sort | tr '\n' ' ')" 'changed deadline disk queue age '
ok 'nothing of a person is in any' sh -c '! grep -iE "smith|jones|john|leave|CR/" "$0" "$1" "$2"' \
    "$dir/taken" "$dir/told" "$dir/out"

# --- what nobody knows, and what nobody has --------------------------------------------
# as a machine that is dead leaves it
old=$dir/old
"$RPA" queue create doubts --state "$old" && printf 'id\nJones\n' >"$dir/doubt.csv"
rpa queue add doubts "$dir/doubt.csv" --state "$old"
sqlite3 "$old/queue.db" 'UPDATE item SET state=2, marked=1'
queue create doubts
end_daemon TERM
rpa queue import doubts "$old" --state "$state"
start_daemon
ok 'an item in doubt' until_ok 60 told 1 'begins in doubt: queue doubts'
item=$("$RPA" queue list doubts --json --state "$state" | jq .item)
queue resolve "$item" --as 'done' --reference CR1 --why seen
ok 'which a person has looked for: over' until_ok 60 told 1 'over in doubt: queue doubts'
holidays() { # the last day that is known
    printf '{"scotland":{"division":"scotland","events":[{"title":"Last","date":"%s"}]}}' "$1" \
        >"$dir/bank-holidays.json"
}
days() { TZ=Europe/London date -d "$1 days" +%F; }
holidays "$(days 90)"
cat >"$dir/schedules.lua" <<L
return { works = { bot = "$dir/bots/sometimes", at = "0 3 1 1 *" },
    ticks = { bot = "$dir/bots/fine", at = "0 3 1 1 *", calendar = { division = "scotland" } } }
L
looked_since() { # a look that began after now
    queue pause other2 --why x && until_ok 60 posted 1 'begins down: queue other2'
}
queue create other2
ok 'it is looked' looked_since
ok 'bank holidays for 90 days are enough' posted 0 'begins calendar: calendar scotland'
holidays "$(days 50)"
ok 'for 50 they are not' until_ok 60 told 1 'begins calendar: calendar scotland'
schedule check
ok 'of which a check warns' says 'ends within 60 days'
holidays "$(days 400)"
ok 'until there are more' until_ok 60 told 1 'over calendar: calendar scotland'
holidays tomorrow
schedule check
ok 'what is no date is told' says 'bank-holidays.json'
holidays "$(days 400)"

# --- rpa.conf is read again -----------------------------------------------------------
conf 'queue_age_s = 1, disk_mib = 1,'
ok 'a changed rpa.conf counts at once' until_ok 60 told 1 'over disk: state directory'
echo 'return { alerts = { mial = {} } }' >"$dir/conf"
logs() { grep -q "$1" "$dir/daemon.err"; }
ok 'a fault in it is told' until_ok 60 logs 'mial is not known'
ok 'and all stays as it was' logs 'rpa.conf stays as it was; until it is mended no run starts'
conf 'queue_age_s = 1, disk_mib = 1000000000,'
ok 'until it is mended' until_ok 60 told 2 'begins disk: state directory'
echo 'return { max_bots = 7 }' >"$dir/conf"
ok 'other keys count too' until_ok 60 logs 'read again: up to 7 bots'
watchers() { pgrep -P "$daemon_pid" -f 'role watch' -c; }
nobody() { [ "$(watchers)" = 0 ]; }
ok 'who is not told of anything needs nobody to look' until_ok 60 nobody
conf 'queue_age_s = 1, disk_mib = 1000000000,'
somebody() { [ "$(watchers)" = 1 ]; }
ok 'and who is does' until_ok 60 somebody
before=$(grep -c 'read again' "$dir/daemon.err")
kill -HUP "$daemon_pid"
again() { [ "$(grep -c 'read again' "$dir/daemon.err")" -gt "$before" ]; }
ok 'a hangup has it read too' until_ok 60 again
is 'by one' "$(watchers)" 1

# --- the forecast -----------------------------------------------------------------
bot slow 'return { name = "slow", queues = { long = {} } }' <<'L'
rpa.queue("long"):each(function(item)
    for _ = 1, 4e7 do end
    item:reject({ "slow" })
end)
L
for i in {1..5000}; do echo "{\"id\":\"$i\"}"; done >"$dir/items.jsonl"
queue create long
queue add long "$dir/items.jsonl"
london() { TZ=Europe/London date -d "$1" +%H:%M; }
cat >"$dir/schedules.lua" <<L
return { works = { bot = "$dir/bots/sometimes", at = "0 3 1 1 *" },
    night = { bot = "$dir/bots/slow", at = "*/5 * * * *", jitter = "5m",
              window = "$(london '1 hour ago')-$(london '10 minutes')" } }
L
night() { "$RPA" status --json --state "$state" | jq -r '.queues[] | select(.queue == "long").forecast.text'; }
loaded() { schedule approve night && schedule run night && exits 0; }
ok 'a schedule is loaded while it goes on' until_ok 60 loaded
foreseen() { night | grep -qE '^[0-9]+ items, 1 worker, will finish ..:..; window closes ..:..'; }
ok 'when it will be done, and when the window closes' until_ok 60 foreseen
lists() { schedule list && grep -qE '^  runs now: [0-9]+ items, 1 worker, will finish' "$dir/out"; }
ok 'in the list of schedules' until_ok 60 lists
schedule explain night
ok 'and explained' grep -qE '^It runs now: [0-9]+ items, 1 worker, will finish' "$dir/out"
ok 'if it will not be done before, it is told' until_ok 120 told 1 'begins late: queue long'
"$RPA" stop --all --now --state "$state" >"$dir/out" 2>&1
ok 'and when nobody is at work any more, that is over' until_ok 120 told 1 'over late: queue long'

# --- what cannot be told ----------------------------------------------------------
mode hang mail
queue pause crime --why again
waits_for_mail() { pgrep -P "$daemon_pid" -f 'role watch' >/dev/null && posted 1 'begins down: queue crime'; }
hangs() { [ -n "$(ss -Htnp state established "dport = :$mail" 2>/dev/null)" ] || hangs_proc; }
hangs_proc() { grep -qi ":$(printf '%04X' "$mail") 01 " /proc/net/tcp; }
ok 'a mail server that says nothing' until_ok 60 hangs
ok 'the daemon answers meanwhile' answers
ok 'and starts runs' schedule run works
end_daemon KILL
is 'nothing of it is left' "$(pgrep -cf "role watch.*$state")" 0
mode refuse
queue create other
queue pause other --why x
start_daemon
refused() { sqlite3 -readonly "$state/alerts.db" "SELECT count(*) FROM letter WHERE state=1 AND tries>0" | grep -qx 2; }
ok 'those that refuse are asked again later' until_ok 60 refused
rpa alert list --state "$state"
ok 'which is shown, with why' prints 'waits for webhook, tried 1 time: '
end_daemon KILL
mode lose web
sqlite3 "$state/alerts.db" 'UPDATE letter SET due=0 WHERE state=1'
start_daemon
ok 'after a kill it is told still' until_ok 60 told 2 'begins down: queue crime'
taken_twice() { [ "$(jq -r 'select(.by == "web").body.id' "$dir/taken" | sort | uniq -d | wc -l)" != 0 ]; }
lost() { sqlite3 -readonly "$state/alerts.db" "SELECT count(*) FROM letter WHERE state=1 AND channel='webhook' AND tries>1" | grep -qvx 0; }
ok 'what was taken and not said so waits' until_ok 60 lost
end_daemon TERM
mode ok
sqlite3 "$state/alerts.db" 'UPDATE letter SET due=0 WHERE state=1'
start_daemon
ok 'and comes again, with the number it had' until_ok 60 taken_twice
none_waits() { sqlite3 -readonly "$state/alerts.db" "SELECT count(*) FROM letter WHERE state=1" | grep -qx 0; }
ok 'in the end all is told' until_ok 60 none_waits
ok 'each mail once' sh -c '[ -z "$(jq -r "select(.by == \"mail\").id" "$0" | sort | uniq -d)" ]' "$dir/taken"
end_daemon TERM
kill "$alerts_pid"

# --- a server that wants TLS and a password ---------------------------------------
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$dir/key" -out "$dir/cert" 2>"$dir/err" || bail 'no certificate'
start_alerts --cert "$dir/cert" --key "$dir/key"
: >"$dir/taken"
secure() { # more of mail
    cat >"$dir/conf" <<L
return { alerts = { mail = { server = "smtp://127.0.0.1:$mail", from = "rpa@force.example",
    to = { "night@force.example" }, $1 } } }
L
    rpa alert test --config "$dir/conf" --state "$state"
}
printf hush | "$RPA" secret set relay --state "$state" 2>"$dir/err"
secure "ca = '$dir/cert', user = 'rpa', secret = 'relay'"
is 'STARTTLS, a password' "$status $(jq .tls "$dir/taken")" '0 true'
printf wrong | "$RPA" secret set relay --state "$state" 2>"$dir/err"
secure "ca = '$dir/cert', user = 'rpa', secret = 'relay'"
ok 'a wrong one' error 5 120 '' 'refuses the mail: 535'
ok 'which is not said' silent wrong
secure "user = 'rpa', secret = 'relay'"
ok 'a certificate nobody vouches for' exits 1
secure "ca = '$dir/cert', user = 'rpa', secret = 'none'"
ok 'no such secret' says 'rpa secret set none'
is 'and nothing more was taken' "$(wc -l <"$dir/taken")" 1
done_testing
