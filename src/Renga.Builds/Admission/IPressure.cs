namespace Renga.Builds.Admission;

/// <summary>How short the machine is of something.</summary>
internal interface IPressure
{
    /// <summary>Null where the kernel does not say.</summary>
    PressureReading? Read();
}
