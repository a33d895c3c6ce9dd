# One kernel through Vitis HLS: C simulation, synthesis, co-simulation, export as .xo.
#
#   vitis_hls -f hls/scripts/build.tcl -tclargs <kernel> <card> [csim] [csynth] [cosim] [export]
#   vitis_hls -f hls/scripts/build.tcl -tclargs matmul u250 csynth export
#
# Without a step named: csynth and export. Run from the repository's root; C simulation and co-simulation take the vectors
# that `make -C hls vectors TB_SIZE=<card>` writes. Has not run under Vitis yet (docs/hls.md).
set root [file normalize [file join [file dirname [info script]] .. ..]]
source [file join $root hls scripts targets.tcl]

# Vitis passes its own options ahead of ours.
set at [lsearch $argv -tclargs]
set arguments [expr {$at < 0 ? $argv : [lrange $argv [expr {$at + 1}] end]}]
lassign $arguments kernel card
set steps [lrange $arguments 2 end]
if {[llength $steps] == 0} { set steps {csynth export} }
if {$kernel ni $kernels} { error "kernel is '$kernel'; there are: $kernels" }
if {![dict exists $targets $card]} { error "card is '$card'; there are: [dict keys $targets]" }
set target [dict get $targets $card]
set hls [file join $root hls]
set out [file join $root build hls $card]
file mkdir $out

# OFPGA_VITIS: Vitis' hls::stream and ap_int in C simulation too, hence the loops that are synthesised.
set flags "-std=c++17 -DOFPGA_VITIS -DOFPGA_SIZE=$card -I$hls/include -I$hls/kernels -I$hls/tb"
cd $out
open_project -reset $kernel
set_top ofpga_$kernel
add_files $hls/kernels/$kernel.cpp -cflags $flags
add_files -tb $hls/tb/${kernel}_tb.cpp -cflags $flags
open_solution -reset solution -flow_target vitis
set_part [dict get $target part]
create_clock -period [format %.3f [expr {1000.0 / [dict get $target clock_mhz]}]] -name default

set stems [dict create matmul matmul_ attention attention_ kv_cache kv_]
set vectors [lsort [glob -nocomplain $root/build/csim/vectors/$card/[dict get $stems $kernel]*.vec]]
foreach step $steps {
  switch $step {
    csim   { csim_design -argv $vectors }
    csynth { csynth_design }
    cosim  { cosim_design -argv [lrange $vectors 0 3] }
    export { export_design -format xo -output $out/ofpga_$kernel.xo }
    default { error "step is '$step'; there are: csim csynth cosim export" }
  }
}
exit
