using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Renga.Router.Failures;

/// <summary>The pages the router shows, small and readable without style sheets or scripts. A page of the app's own is framed, never fetched by us.</summary>
internal static class ErrorPages
{
    private static readonly byte[] Application = Page(
        "Application error",
        "This application could not answer your request.",
        "Please try again in a moment. If this application is yours, its logs say what happened: <code>heroku logs --tail</code>.");

    private static readonly byte[] Maintenance = Page(
        "Offline for maintenance",
        "This application is down for maintenance.",
        "Please come back in a little while.");

    private static readonly byte[] Blank = Page(
        "There's nothing here, yet.",
        "This application has no code yet.",
        "If it is yours, deploy it: <code>git push</code>.");

    private static readonly byte[] BadRequest = Page(
        "Bad request",
        "The request could not be understood.",
        "It breaks a rule of HTTP that every request has to keep.");

    /// <summary>For a host that no app has.</summary>
    public static byte[] NoSuchApp { get; } = Page(
        "No such app",
        "There is no application at this address.",
        "Check the address for typing errors. If you expect an application here, see that the domain was added to it.");

    public static byte[] For(ErrorPage page) => page switch
    {
        ErrorPage.Maintenance => Maintenance,
        ErrorPage.Blank => Blank,
        ErrorPage.BadRequest => BadRequest,
        ErrorPage.Application or ErrorPage.None => Application,
        _ => throw new ArgumentOutOfRangeException(nameof(page), page, null),
    };

    /// <summary>The app's own page in a frame; null when its URL is none that a browser should be sent to.</summary>
    public static byte[]? Framed(string title, string? url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
            return null;
        var source = HtmlEncoder.Default.Encode(parsed.AbsoluteUri);
        return Encoding.UTF8.GetBytes($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title}</title>
            <style>html,body,iframe{"{"}margin:0;padding:0;border:0;width:100%;height:100%;overflow:hidden{"}"}</style>
            </head>
            <body><iframe src="{source}" title="{title}"></iframe></body>
            </html>

            """);
    }

    public static byte[] Json(string id, string message, string? requestId)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, id);
            json.WriteString("message"u8, message);
            if (requestId is not null)
                json.WriteString("request_id"u8, requestId);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static byte[] Page(string title, string what, string advice) => Encoding.UTF8.GetBytes($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{title}</title>
        <style>body{"{"}max-width:36em;margin:15vh auto 0;padding:0 1em;font:1.1em/1.5 sans-serif;color:#222;background:#fff{"}"}</style>
        </head>
        <body>
        <main>
        <h1>{title}</h1>
        <p>{what}</p>
        <p>{advice}</p>
        </main>
        </body>
        </html>

        """);
}
