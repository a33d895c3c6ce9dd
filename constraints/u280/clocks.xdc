# The clocks of a u280 card with DspClocks = 2: clk_i at 225 MHz and clk2x_i at twice that, for the multipliers of the matmul and
# attention units (rtl/lib/ofpga_dual_skew.sv). Has not run under Vivado yet.
#
# A platform's two kernel clocks come from different clocking wizards, so they are not aligned. Both clocks come from one
# net instead, the fast kernel clock ap_clk_2, through two buffers whose delays Vivado keeps equal:
#
#   ap_clk_2 (450 MHz) -> BUFGCE             -> clk2x_i
#                      -> BUFGCE_DIV, by two -> clk_i
#
# in an instance u_clocks of the board's wrapper. Edges of clk_i then fall on edges of clk2x_i; that is all that the RTL asks for, and its assertion HalvesAlternate
# watches for it in simulation. Paths between the two are timed as one period of clk2x_i, which is what they have: no
# exception is set on them.
set_property CLOCK_DELAY_GROUP ofpga_clocks [get_nets -hierarchical -filter {NAME =~ */u_clocks/clk_o || NAME =~ */u_clocks/clk2x_o}]
