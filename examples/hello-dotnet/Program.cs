// A web dyno: answers on $PORT, says where it runs, prints a line per request, and ends gracefully on SIGTERM.
var dyno = Environment.GetEnvironmentVariable("DYNO") ?? "local";
var release = Environment.GetEnvironmentVariable("HEROKU_RELEASE_VERSION") ?? "v0";

var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/{**path}", (HttpRequest request) =>
{
    Console.WriteLine($"{request.Method} {request.Path}");
    return $"Hello from {dyno}, release {release}\n";
});
app.Run();
