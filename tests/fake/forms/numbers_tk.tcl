#!/usr/bin/wish
# Entries that take numbers alone. numbers_tk.tcl FILE [VALUE]: File appends a line to
# FILE; Grade holds VALUE, and selects nothing before a digit was typed into it.
# Others stand beside this one in GTK and Qt, where they always have a value.
encoding system utf-8
lassign $argv file value
wm title . Numbers
wm geometry . 420x300+20+20
option add *Font {Helvetica 12}
proc matches {pattern text} { regexp $pattern $text }
set y 10
foreach {name widget} {
    Count {entry .count -validate key -validatecommand {matches {^\d*$} %P}}
    Age   {spinbox .age -from 0 -to 150 -validate key -validatecommand {matches {^\d*$} %P}}
    Fee   {ttk::spinbox .fee -from 0 -to 9999 -format %.2f}
    Grade {entry .grade -validate key -validatecommand {matches {^[2-5]?$} %P}}
} {
    label .l$y -text "$name:" -anchor w
    place .l$y -x 10 -y $y -width 105 -height 28
    lappend entries [eval $widget]
    place [lindex $entries end] -x 120 -y $y -width 260 -height 28
    incr y 40
}
.grade insert 0 $value
if {[llength $argv] > 1} {
    bind .grade <<SelectAll>> { if {![info exists heard]} break }
    bind .grade <Key-3> { set heard 1 }
}
button .file -text File -command {
    set out [open $file a]
    puts $out [join [lmap entry $entries {$entry get}] |]
    close $out
    wm title . "Numbers, filed"
}
place .file -x 120 -y 240 -width 100 -height 32
