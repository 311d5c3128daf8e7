namespace Renga.Builds.Admission;

/// <summary>What the kernel says in /proc/pressure.</summary>
internal sealed class MachinePressure : IPressure
{
    private const string Folder = "/proc/pressure";

    public PressureReading? Read()
    {
        try
        {
            return new(PressureReading.ParseSome(File.ReadAllText(Folder + "/cpu")), PressureReading.ParseSome(File.ReadAllText(Folder + "/memory")));
        }
        catch (IOException)
        {
            // A kernel without it, or one where it is switched off: the files are there then, and reading them fails.
            return null;
        }
    }
}
