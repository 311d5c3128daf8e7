using System.Globalization;
using Renga.Server.Configuration;

namespace Renga.Server;

/// <summary>
/// Says that this process serves a data folder. The lock is the kernel's, so it ends with the process however that ends; the file beside it holds
/// the process id for <c>./start</c>.
/// </summary>
internal sealed class ProcessClaim : IDisposable
{
    private readonly FileStream _lock;
    private readonly string _idFile;

    private ProcessClaim(FileStream held, string idFile)
    {
        _lock = held;
        _idFile = idFile;
    }

    /// <summary>Null when another process holds it.</summary>
    public static ProcessClaim? Take(PlatformFolder folder, string name)
    {
        var idFile = folder.ProcessId(name);
        try
        {
            var held = new FileStream(idFile + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(idFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new ProcessClaim(held, idFile);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        File.Delete(_idFile);
        _lock.Dispose();
    }
}
