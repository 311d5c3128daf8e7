using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Renga.Storage;

/// <summary>
/// Lets Microsoft.Data.Sqlite 10, which is built against SQLitePCLRaw 2.1, bind to SQLitePCLRaw 2.0 and the system's libsqlite3.
/// The name is compared exactly: the library also probes for other SQLitePCLRaw assemblies, which must stay absent.
/// To be deleted, with the pins of the two packages, when SQLitePCLRaw 2.1 or newer can be restored everywhere.
/// </summary>
internal static class SqliteBootstrap
{
    private const string Core = "SQLitePCLRaw.core";

#pragma warning disable CA2255 // It must run before the first type of the package is touched, wherever that is.
    [ModuleInitializer]
    internal static void Initialize()
    {
        AssemblyLoadContext.Default.Resolving += static (context, name) =>
            name is { Name: Core, Version: not null } ? context.LoadFromAssemblyName(new AssemblyName(Core)) : null;
        SetProvider();
    }
#pragma warning restore CA2255

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SetProvider()
    {
        NativeLibrary.SetDllImportResolver(
            typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly,
            static (name, _, _) => name == "e_sqlite3" ? NativeLibrary.Load("libsqlite3.so.0") : 0);
        SQLitePCL.raw.SetProvider(new SQLitePCL.SQLite3Provider_e_sqlite3());
    }
}
