// A web dyno: answers on $PORT, says where it runs, prints a line per request, and ends gracefully on SIGTERM.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	dyno, release := value("DYNO", "local"), value("HEROKU_RELEASE_VERSION", "v0")
	http.HandleFunc("/", func(response http.ResponseWriter, request *http.Request) {
		fmt.Println(request.Method, request.URL.Path)
		fmt.Fprintf(response, "Hello from %s, release %s\n", dyno, release)
	})

	server := &http.Server{Addr: ":" + value("PORT", "5000")}
	stopped := make(chan struct{})
	go func() {
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, syscall.SIGTERM)
		<-signals
		deadline, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		_ = server.Shutdown(deadline)
		close(stopped)
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	<-stopped
}

func value(name, otherwise string) string {
	if value, found := os.LookupEnv(name); found {
		return value
	}
	return otherwise
}
