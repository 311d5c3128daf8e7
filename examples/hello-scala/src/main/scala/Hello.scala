import com.sun.net.httpserver.{HttpExchange, HttpHandler, HttpServer}
import java.net.InetSocketAddress
import java.nio.charset.StandardCharsets
import java.util.concurrent.Executors

/** A web dyno: answers on $PORT, says where it runs, prints a line per request, and ends gracefully on SIGTERM. */
object Hello {
  private val dyno = sys.env.getOrElse("DYNO", "local")
  private val release = sys.env.getOrElse("HEROKU_RELEASE_VERSION", "v0")

  def main(arguments: Array[String]): Unit = {
    val port = sys.env.getOrElse("PORT", "5000").toInt
    val server = HttpServer.create(new InetSocketAddress(port), 0)
    server.setExecutor(Executors.newCachedThreadPool())
    server.createContext("/", new HttpHandler { def handle(exchange: HttpExchange): Unit = answer(exchange) })
    sys.addShutdownHook(server.stop(5))
    server.start()
    println(s"Listening on $port")
  }

  private def answer(exchange: HttpExchange): Unit = {
    println(s"${exchange.getRequestMethod} ${exchange.getRequestURI}")
    val body = s"Hello from $dyno, release $release\n".getBytes(StandardCharsets.UTF_8)
    exchange.getResponseHeaders.set("Content-Type", "text/plain; charset=utf-8")
    exchange.sendResponseHeaders(200, body.length)
    exchange.getResponseBody.write(body)
    exchange.close()
  }
}
