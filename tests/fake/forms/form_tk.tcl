#!/usr/bin/wish
# A form of Tk widgets. form_tk.tcl FILE TITLE [LOSE]: each record that is
# accepted is appended to FILE as one JSON line, and its reference shown. The
# same form, at the same places, stands beside this file in GTK, Qt and Motif.
# Here Surname drops the characters of LOSE without a word, as old programs do.
encoding system utf-8
lassign $argv file title lose
wm title . $title
wm geometry . 420x410+20+20
wm resizable . 0 0
option add *Font {Helvetica 12}

proc quoted {text} {
    return "\"[string map {\\ \\\\ \" \\\" \n \\n \t \\t} $text]\""
}

proc at {widget x y w h} { place $widget -x $x -y $y -width $w -height $h }

set y 10
foreach {label name} {Surname surname {Given Names} given {Date of Birth} born
                      Password password {Crime Type} type} {
    label .l$name -text "$label:" -anchor w
    at .l$name 10 $y 105 28
    if {$name eq "type"} {
        ttk::combobox .$name -values {Theft Burglary Assault {Criminal damage}}
    } else {
        entry .$name
    }
    at .$name 120 $y 260 28
    incr y 35
}
.password configure -show *
checkbutton .urgent -text Urgent -variable urgent -anchor w
at .urgent 120 188 120 26
label .lnotes -text Notes: -anchor w
at .lnotes 10 220 105 28
text .notes -wrap word
at .notes 120 220 260 100
button .ok -text OK -command accept
at .ok 120 335 100 32
button .clear -text Clear -command clear
at .clear 240 335 100 32
label .lref -text Reference: -anchor w
at .lref 10 372 105 28
entry .ref -state readonly
at .ref 120 372 260 28
if {$lose ne ""} {
    .surname configure -validate key -validatecommand \
        {expr {[string first %S $lose] < 0}}
}

proc clear {} {
    foreach name {surname given born password type} { .$name delete 0 end }
    .notes delete 1.0 end
    set ::urgent 0
    focus .surname
}

set accepted 0
proc accept {} {
    set record {}
    foreach {label name} {Surname surname {Given Names} given
            {Date of Birth} born Password password {Crime Type} type} {
        lappend record "[quoted $label]: [quoted [.$name get]]"
    }
    lappend record "\"Urgent\": [expr {$::urgent ? "true" : "false"}]"
    lappend record "\"Notes\": [quoted [.notes get 1.0 {end - 1 char}]]"
    set out [open $::file a]
    fconfigure $out -encoding utf-8
    puts $out "{[join $record {, }]}"
    close $out
    .ref configure -state normal
    .ref delete 0 end
    .ref insert 0 [format "CF26/%06d" [incr ::accepted]]
    .ref configure -state readonly
    clear
}
set urgent 0
focus .surname
