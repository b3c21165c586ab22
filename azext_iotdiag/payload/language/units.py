"""Semantic types and their units: those of DTDL 2, and those that the quantitative types of DTDL 3 and 4 added.

The tables are those of DTDL.v2.md and DTDL.quantitativeTypes.v1.md and .v2.md, which have the same units.
"""

from __future__ import annotations


def _listed(names: str) -> frozenset[str]:
    return frozenset(names.split())


# The type of units that goes with each semantic type.
UNIT_TYPES = {
    "Acceleration": "AccelerationUnit",
    "Angle": "AngleUnit",
    "AngularAcceleration": "AngularAccelerationUnit",
    "AngularVelocity": "AngularVelocityUnit",
    "ApparentEnergy": "ApparentEnergyUnit",
    "ApparentPower": "ApparentPowerUnit",
    "Area": "AreaUnit",
    "Capacitance": "CapacitanceUnit",
    "Concentration": "Unitless",
    "Current": "CurrentUnit",
    "DataRate": "DataRateUnit",
    "DataSize": "DataSizeUnit",
    "Density": "DensityUnit",
    "Distance": "LengthUnit",
    "ElectricCharge": "ChargeUnit",
    "Energy": "EnergyUnit",
    "EnergyRate": "PowerUnit",
    "Force": "ForceUnit",
    "Frequency": "FrequencyUnit",
    "Humidity": "DensityUnit",
    "Illuminance": "IlluminanceUnit",
    "Inductance": "InductanceUnit",
    "IonizingRadiationDose": "IonizingRadiationDoseUnit",
    "Irradiance": "IrradianceUnit",
    "Latitude": "AngleUnit",
    "Longitude": "AngleUnit",
    "Length": "LengthUnit",
    "Luminance": "LuminanceUnit",
    "Luminosity": "PowerUnit",
    "LuminousFlux": "LuminousFluxUnit",
    "LuminousIntensity": "LuminousIntensityUnit",
    "MagneticFlux": "MagneticFluxUnit",
    "MagneticInduction": "MagneticInductionUnit",
    "Mass": "MassUnit",
    "MassFlowRate": "MassFlowRateUnit",
    "Power": "PowerUnit",
    "Pressure": "PressureUnit",
    "Radioactivity": "RadioactivityUnit",
    "ReactiveEnergy": "ReactiveEnergyUnit",
    "ReactivePower": "ReactivePowerUnit",
    "RelativeDensity": "Unitless",
    "RelativeHumidity": "Unitless",
    "Resistance": "ResistanceUnit",
    "SoundPressure": "SoundPressureUnit",
    "Temperature": "TemperatureUnit",
    "Thrust": "ForceUnit",
    "TimeSpan": "TimeUnit",
    "Torque": "TorqueUnit",
    "Velocity": "VelocityUnit",
    "Voltage": "VoltageUnit",
    "Volume": "VolumeUnit",
    "VolumeFlowRate": "VolumeFlowRateUnit",
}
# The units of each type of units.
_UNITS = {
    "AccelerationUnit": "metrePerSecondSquared centimetrePerSecondSquared gForce",
    "AngleUnit": "radian degreeOfArc minuteOfArc secondOfArc turn",
    "AngularAccelerationUnit": "radianPerSecondSquared",
    "AngularVelocityUnit": "radianPerSecond degreePerSecond revolutionPerSecond revolutionPerMinute",
    "ApparentEnergyUnit": "voltAmpereHour kilovoltAmpereHour megavoltAmpereHour gigavoltAmpereHour",
    "ApparentPowerUnit": "voltAmpere millivoltAmpere kilovoltAmpere megavoltAmpere gigavoltAmpere",
    "AreaUnit": ("squareMetre squareCentimetre squareMillimetre squareKilometre hectare squareFoot squareInch acre"),
    "CapacitanceUnit": "farad millifarad microfarad nanofarad picofarad",
    "ChargeUnit": "coulomb ampereHour milliampereHour",
    "CurrentUnit": "ampere microampere milliampere kiloampere",
    "DataRateUnit": (
        "bitPerSecond kibibitPerSecond mebibitPerSecond gibibitPerSecond tebibitPerSecond "
        "exbibitPerSecond zebibitPerSecond yobibitPerSecond bytePerSecond kibibytePerSecond "
        "mebibytePerSecond gibibytePerSecond tebibytePerSecond exbibytePerSecond zebibytePerSecond "
        "yobibytePerSecond"
    ),
    "DataSizeUnit": (
        "bit kibibit mebibit gibibit tebibit exbibit zebibit yobibit byte kibibyte mebibyte gibibyte "
        "tebibyte exbibyte zebibyte yobibyte"
    ),
    "DensityUnit": "kilogramPerCubicMetre gramPerCubicMetre milligramPerCubicMetre microgramPerCubicMetre",
    "EnergyUnit": (
        "joule kilojoule megajoule gigajoule electronvolt megaelectronvolt wattHour milliwattHour "
        "kilowattHour megawattHour gigawattHour terawattHour britishThermalUnit kiloBritishThermalUnit"
    ),
    "ForceUnit": "newton pound ounce ton",
    "FrequencyUnit": "hertz millihertz kilohertz megahertz gigahertz",
    "IlluminanceUnit": "lux footcandle",
    "InductanceUnit": "henry millihenry microhenry",
    "IonizingRadiationDoseUnit": "gray milligray microgray sievert millisievert microsievert",
    "IrradianceUnit": "wattPerSquareMetre",
    "LengthUnit": (
        "metre centimetre millimetre micrometre nanometre kilometre foot inch mile nauticalMile astronomicalUnit"
    ),
    "LuminanceUnit": "candelaPerSquareMetre",
    "LuminousFluxUnit": "lumen",
    "LuminousIntensityUnit": "candela",
    "MagneticFluxUnit": "weber maxwell",
    "MagneticInductionUnit": "tesla gauss",
    "MassUnit": "kilogram gram milligram microgram tonne slug massPound",
    "MassFlowRateUnit": "gramPerSecond kilogramPerSecond gramPerHour kilogramPerHour massPoundPerHour",
    "PowerUnit": (
        "watt microwatt milliwatt kilowatt megawatt gigawatt horsepower joulePerSecond "
        "kilojoulePerSecond joulePerHour kilojoulePerHour megajoulePerHour gigajoulePerHour "
        "britishThermalUnitPerHour kiloBritishThermalUnitPerHour kilowattHourPerYear tonOfRefrigeration"
    ),
    "PressureUnit": (
        "pascal decapascal hectopascal kilopascal bar millibar millimetresOfMercury poundPerSquareInch "
        "inchesOfMercury inchesOfWater"
    ),
    "RadioactivityUnit": "becquerel kilobecquerel megabecquerel gigabecquerel",
    "ReactiveEnergyUnit": (
        "voltAmpereReactiveHour kilovoltAmpereReactiveHour megavoltAmpereReactiveHour gigavoltAmpereReactiveHour"
    ),
    "ReactivePowerUnit": (
        "voltAmpereReactive millivoltAmpereReactive kilovoltAmpereReactive megavoltAmpereReactive "
        "gigavoltAmpereReactive"
    ),
    "ResistanceUnit": "ohm milliohm kiloohm megaohm",
    "SoundPressureUnit": "decibel bel",
    "TemperatureUnit": "kelvin degreeCelsius degreeFahrenheit",
    "TimeUnit": "second millisecond microsecond nanosecond minute hour day year",
    "TorqueUnit": "newtonMetre",
    "Unitless": "unity percent partsPerMillion partsPerBillion partsPerTrillion partsPerQuadrillion",
    "VelocityUnit": (
        "metrePerSecond centimetrePerSecond kilometrePerSecond metrePerHour kilometrePerHour milePerHour "
        "milePerSecond knot"
    ),
    "VoltageUnit": "volt millivolt microvolt kilovolt megavolt",
    "VolumeUnit": "cubicMetre cubicCentimetre litre millilitre cubicFoot cubicInch fluidOunce gallon",
    "VolumeFlowRateUnit": (
        "litrePerSecond millilitrePerSecond litrePerMinute millilitrePerMinute litrePerHour "
        "millilitrePerHour gallonPerMinute gallonPerHour cubicFootPerMinute cubicMetrePerHour "
        "cubicMetrePerMinute cubicMetrePerSecond"
    ),
}
UNITS = {kind: _listed(names) for kind, names in _UNITS.items()}
# Semantic types that DTDL 2 does not have.
ADDED_TYPES = _listed(
    "ApparentEnergy ApparentPower Concentration EnergyRate IonizingRadiationDose Irradiance Radioactivity "
    "ReactiveEnergy ReactivePower RelativeDensity"
)
# Units that DTDL 2 does not have.
ADDED_UNITS = _listed(
    "ampereHour becquerel britishThermalUnit britishThermalUnitPerHour cubicFootPerMinute "
    "cubicMetrePerHour cubicMetrePerMinute cubicMetrePerSecond decapascal gallonPerHour gallonPerMinute "
    "gauss gigabecquerel gigajoulePerHour gigavoltAmpere gigavoltAmpereHour gigavoltAmpereReactive "
    "gigavoltAmpereReactiveHour gigawattHour gray hectopascal joulePerHour joulePerSecond "
    "kiloBritishThermalUnit kiloBritishThermalUnitPerHour kiloampere kilobecquerel kilojoulePerHour "
    "kilojoulePerSecond kilovoltAmpere kilovoltAmpereHour kilovoltAmpereReactive "
    "kilovoltAmpereReactiveHour litrePerMinute massPound massPoundPerHour megabecquerel megajoulePerHour "
    "megavoltAmpere megavoltAmpereHour megavoltAmpereReactive megavoltAmpereReactiveHour megawattHour "
    "microgramPerCubicMetre microgray microsievert milliampereHour milligramPerCubicMetre milligray "
    "millihertz millilitrePerMinute millisievert millivoltAmpere millivoltAmpereReactive milliwattHour "
    "partsPerBillion partsPerMillion partsPerQuadrillion partsPerTrillion sievert terawattHour "
    "tonOfRefrigeration voltAmpere voltAmpereHour voltAmpereReactive voltAmpereReactiveHour wattHour "
    "wattPerSquareMetre"
)
# Prefixes of units; they are words of DTDL 2, and no units.
PREFIXES = _listed(
    "deci centi milli micro nano pico femto atto zepto yocto deca hecto kilo mega giga tera peta exa "
    "zetta yotta kibi mebi gibi tebi pebi exbi zebi yobi"
)
