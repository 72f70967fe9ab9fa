#!/usr/bin/wish
# A form whose entries change what is typed. changes_tk.tcl FILE TITLE: File
# appends a line to FILE. The same stands beside this one in GTK and Qt. Born here
# shows its mask, and the cursor moves over what is not typed. Sly makes a capital
# of its first letter when it is left, and tells nobody; an Amount of 13 changes
# the Note.
encoding system utf-8
lassign $argv file title
wm title . $title
wm geometry . 420x300+20+20
option add *Font {Helvetica 12}

set y 10
foreach name {Born Amount Code Note Serial Sly} {
    label .l$y -text "$name:" -anchor w
    place .l$y -x 10 -y $y -width 105 -height 28
    set e [string tolower .$name]
    entry $e
    place $e -x 120 -y $y -width 260 -height 28
    incr y 35
}
button .file -text File -command accept
place .file -x 120 -y 230 -width 100 -height 32

proc born {digits} { # as the mask shows them
    set text __/__/____
    foreach digit [split $digits {}] {
        regsub _ $text $digit text
    }
    .born delete 0 end
    .born insert 0 $text
    set at [string first _ $text]
    .born icursor [expr {$at < 0 ? "end" : $at}]
}
bind .born <Key> {
    set digits [regsub -all {[^0-9]} [.born get] {}]
    if {[string is digit -strict %A] && [string length $digits] < 8} {
        born ${digits}%A
        break
    } elseif {[string is print -strict %A] && !(%s & 4)} {
        break
    }
}
bind .born <BackSpace> {
    if {[.born selection present]} {
        born {}
    } else {
        born [string range [regsub -all {[^0-9]} [.born get] {}] 0 end-1]
    }
    break
}
proc grouped {text} {
    if {![string is double -strict $text]} { return $text }
    set text [format %.2f $text]
    while {[regsub {^(-?\d+)(\d{3})} $text {\1,\2} text]} {}
    return $text
}
proc left {entry body} {
    bind $entry <FocusOut> [list apply [list {} "
        set text \[$entry get\]
        set new \[$body\]
        if {\$new ne \$text} { $entry delete 0 end; $entry insert 0 \$new }"]]
}
left .amount {grouped $text}
left .note {string trim $text " "}
left .serial {string cat [string repeat 0 [expr {$text eq "" ? 0 : 8 - [string length $text]}]] $text}
left .sly {string totitle $text 0 0}
bind .amount <FocusOut> {+
    if {[.amount get] eq "13.00"} {
        .note delete 0 end
        .note insert 0 unlucky
    }
}
bind .code <KeyRelease> {
    set text [string toupper [.code get]]
    if {$text ne [.code get]} {
        .code delete 0 end
        .code insert 0 $text
    }
}
proc accept {} {
    set out [open $::file a]
    fconfigure $out -encoding utf-8
    puts $out "[.born get]|[.amount get]|[.code get]|[.note get]|[.serial get]|[.sly get]"
    close $out
    wm title . "$::title, filed"
}
born {}
focus .born
