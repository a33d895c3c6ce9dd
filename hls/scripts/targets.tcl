# The cards that the kernels are built for: part, and kernel clock in MHz (as `clock_mhz` in contract/openfpga.toml).
set targets [dict create \
  kv260 {part xck26-sfvc784-2LV-c     clock_mhz 300} \
  u250  {part xcu250-figd2104-2L-e    clock_mhz 300} \
  u280  {part xcu280-fsvh2892-2L-e    clock_mhz 225} \
]
set kernels [list matmul attention kv_cache]
