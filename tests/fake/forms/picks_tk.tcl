#!/usr/bin/wish
# Lists of choices of Tk, which open as a window of their own. picks_tk.tcl FILE:
# Enter in the entry puts what is chosen into FILE; F5 chooses the next of each, and
# the entry the last one when it is left with "other" in it: by leaving it once more
# nothing comes back. The option menu has the pointer a while before it is shown, and
# a hint about it stands there, as in programs with much to do.
lassign $argv file
wm title . Picks
wm geometry . 300x150+20+20
option add *Font {Helvetica 12}
set choices {Theft Burglary Fraud Arson}
set menu Theft
entry .name
ttk::combobox .box -state readonly -values $choices
.box current 0
tk_optionMenu .menu menu {*}$choices
.menu configure -takefocus 1
place .name -x 10 -y 10 -width 200 -height 28
place .box -x 10 -y 50 -width 200 -height 28
place .menu -x 10 -y 90 -width 200 -height 34
toplevel .hint -bg yellow
wm withdraw .hint
wm overrideredirect .hint 1
wm attributes .hint -type tooltip
pack [label .hint.text -text "What happened" -bg yellow]
bind .menu.menu <Unmap> { wm withdraw .hint }
rename ::tk::MbPost ::tk::MbShow
proc ::tk::MbPost {button args} {
    grab -global $button
    wm geometry .hint +[expr {[winfo rootx $button] + 150}]+[winfo rooty $button]
    wm deiconify .hint
    after 300 [list show_late $button {*}$args]
}
proc show_late {button args} {
    ::tk::MbShow $button {*}$args
    set ::tk::Priv(oldGrab) "" ;# not to be had again behind the menu
}
proc choose {i} {
    set ::menu [lindex $::choices $i]
    .box set $::menu
}
proc next {} { choose [expr {([.box current] + 1) % 4}] }
bind . <F5> next
bind .name <FocusOut> { if {[.name get] eq "other"} { choose 3 } }
bind .box <<ComboboxSelected>> { .box selection clear }
bind .name <Return> {
    set out [open $file w]
    puts -nonewline $out "[.name get]|[.box get]|$menu"
    close $out
    exit
}
focus .name
