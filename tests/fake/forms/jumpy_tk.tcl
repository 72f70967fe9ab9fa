#!/usr/bin/wish
# A form that moves its focus by itself. jumpy_tk.tcl FILE HOW: File appends A|B|C
# to FILE, and asks nobody. A holds what it does not accept, until HOW is "not".
#   jump N   the N-th character typed into B is followed by the focus going to A,
#            once
#   back MS  A takes the focus back MS ms after it was left, at once if that is 0;
#            and each character takes 2 ms
#   auto     B is left for A by itself once it holds four characters, as many
#            programs do
#   fill     B fills in A when it is left, as a look-up does
#   off      File is disabled
#   grey     so is B, until Wipe
#   shut     and stays so
#   dud N    as jump; and Wipe does nothing
#   grow N   the N-th character typed into B makes room for a notice above all, and
#            the window as much higher; as F5 does then
#   move N   it moves the window
# F5 looks A up, and Wipe empties all.
# The same, without these two, stands beside this one in GTK and Qt.
encoding system utf-8
lassign $argv file how n
wm title . Jumpy
wm geometry . 420x200+20+20
option add *Font {Helvetica 12}
set y 10
foreach name {A B C} {
    label .l$name -text "$name:" -anchor w
    place .l$name -x 10 -y $y -width 105 -height 28
    set e [string tolower .$name]
    entry $e
    place $e -x 120 -y $y -width 260 -height 28
    incr y 35
}
button .file -text File -command {
    set out [open $file a]
    fconfigure $out -encoding utf-8
    puts $out "[.a get]|[.b get]|[.c get]"
    close $out
    wm title . "Jumpy, filed"
}
button .wipe -text Wipe -command {
    if {$how eq "grey"} { .b configure -state normal }
    if {$how ne "dud"} { foreach e {.a .b .c} { $e delete 0 end } }
}
proc grow {} {
    foreach w [winfo children .] { place $w -y [expr {[winfo y $w] + 35}] }
    wm geometry . 420x235
}
bind . <F5> { if {$how eq "grow"} grow else { .a delete 0 end; .a insert 0 looked } }
place .wipe -x 240 -y 130 -width 100 -height 32
place .file -x 120 -y 130 -width 100 -height 32
.a insert 0 A-old
set typed 0
bindtags .b {.b Entry . Filter Typed all} ;# once the character is in it
bind Filter <Key> { if {![string is print -strict %A] || %s & 4} break }
switch $how {
    jump - dud { bind Typed <Key> { if {[incr typed] == $n} { focus .a } } }
    auto { bind Typed <Key> { if {[string length [.b get]] == 4} { focus .a } } }
    back { foreach e {.a .b} { bind $e <Key> { after 2 } }
           bind .a <FocusOut> { if {"%d" ne "NotifyInferior" && [.a get] ne "right"} {
               if {$n} { after $n { focus .a } } else { focus .a } } } }
    off { .file configure -state disabled }
    grey - shut { .b configure -state disabled }
    grow { bind Typed <Key> { if {[incr typed] == $n} grow } }
    move { bind Typed <Key> { if {[incr typed] == $n} { wm geometry . +90+60 } } }
    fill { bind .b <FocusOut> { .a delete 0 end; .a insert 0 "of [.b get]" } }
}
focus [expr {$how eq "back" ? ".a" : ".c"}]
