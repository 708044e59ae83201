"""What a block is made of: the constants of the plant model, one row a chemistry.

Structure after Ceraolo (IEEE Trans. Power Syst. 15(4), 2000); the float current of VRLA (0.09 W a cell and 100 Ah) is
Accu Oerlikon's figure. Capacitance, time constant, slope and spread are fitted by judgement, not to field data:
whatever rests on them is simulated.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chemistry:
    """Constants of one block: a cell's electrochemistry, the block's heat, its module's bypass."""

    cells: int
    capacity_ah: float
    resistance_ohm: float  # block, at 25 degC, new
    full_v: float  # a cell's rest voltage at full charge
    empty_v: float  # where the straight part of the discharge curve ends
    knee_v: float  # Shepherd's knee
    float_v: float  # a cell's float voltage at 25 degC
    float_a: float  # parasitic current at that voltage and temperature
    decade_v: float  # cell voltage that multiplies the parasitic current by ten
    doubling_k: float  # warming that doubles it
    acceptance_s: float  # time constant of charge acceptance near full
    capacitance_f: float  # a cell's pseudo-capacitance
    recombination: float  # share of the gas that recombines
    thermoneutral_v: float  # of the gas that escapes
    heat_j_per_k: float  # block
    cooling_w_per_k: float  # block to room
    peukert: float
    cutoff_v: float  # a cell's end of discharge


VRLA_12V_100AH = Chemistry(
    6,
    100.0,
    4.0e-3,
    2.135,
    1.98,
    0.012,
    2.27,
    0.040,
    0.120,
    10.0,
    21600.0,
    6000.0,
    0.97,
    1.48,
    33000.0,
    2.0,
    1.15,
    1.75,
)
VRLA_2V_1000AH = Chemistry(
    1,
    1000.0,
    0.25e-3,
    2.135,
    1.98,
    0.012,
    2.25,
    0.400,
    0.120,
    10.0,
    21600.0,
    60000.0,
    0.97,
    1.48,
    60000.0,
    2.5,
    1.12,
    1.80,
)
LFP_100AH = Chemistry(
    1, 100.0, 0.5e-3, 3.38, 3.15, 0.010, 3.45, 0.002, 0.060, 12.0, 1800.0, 4000.0, 1.0, 0.0, 2000.0, 0.4, 1.03, 2.8
)
NICD_12V_100AH = Chemistry(
    10,
    100.0,
    8.0e-3,
    1.335,
    1.18,
    0.008,
    1.41,
    0.100,
    0.090,
    15.0,
    28800.0,
    6000.0,
    0.30,
    1.48,
    45000.0,
    3.0,
    1.05,
    1.0,
)

BLOCKS = {
    "vrla_12v_100ah": VRLA_12V_100AH,
    "vrla_2v_1000ah": VRLA_2V_1000AH,
    "lfp_100ah": LFP_100AH,
    "nicd_12v_100ah": NICD_12V_100AH,
}
