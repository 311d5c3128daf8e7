(ns hello.core
  "A web dyno: answers on $PORT, says where it runs, prints a line per request, and ends gracefully on SIGTERM."
  (:gen-class)
  (:import (com.sun.net.httpserver HttpExchange HttpHandler HttpServer)
           (java.net InetSocketAddress)
           (java.util.concurrent Executors)))

(def dyno (or (System/getenv "DYNO") "local"))
(def release (or (System/getenv "HEROKU_RELEASE_VERSION") "v0"))

(defn answer [^HttpExchange exchange]
  (println (.getRequestMethod exchange) (str (.getRequestURI exchange)))
  (let [body (.getBytes (str "Hello from " dyno ", release " release "\n") "UTF-8")]
    (.set (.getResponseHeaders exchange) "Content-Type" "text/plain; charset=utf-8")
    (.sendResponseHeaders exchange 200 (count body))
    (.write (.getResponseBody exchange) body)
    (.close exchange)))

(defn -main [& _]
  (let [port (Integer/parseInt (or (System/getenv "PORT") "5000"))
        server (HttpServer/create (InetSocketAddress. port) 0)]
    (.setExecutor server (Executors/newCachedThreadPool))
    (.createContext server "/" (reify HttpHandler (handle [_ exchange] (answer exchange))))
    (.addShutdownHook (Runtime/getRuntime) (Thread. #(.stop server 5)))
    (.start server)
    (println "Listening on" port)))
