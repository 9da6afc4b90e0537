// Backend stands behind every reserved Service of the lab and says who answered.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// answer is the whole body of GET /.
type answer struct {
	Service string `json:"service"`
	Cluster string `json:"cluster"`
	Pod     string `json:"pod"`
	Remote  string `json:"remote"` // the client's address as this pod sees it, without the port
	Host    string `json:"host"`   // the Host header: the name or address that was asked for
}

func handler(service, cluster, pod string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		remote, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			remote = r.RemoteAddr
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer{service, cluster, pod, remote, r.Host})
	})
	return mux
}

func main() {
	listen := flag.String("listen", ":8080", "addresses to serve on, separated by commas")
	service := flag.String("service", "", "name of the Service in every answer")
	cluster := flag.String("cluster", "", "name of the cluster in every answer")
	flag.Parse()
	log.SetFlags(0)

	pod, err := os.Hostname()
	if err != nil {
		log.Fatal(err)
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	failed := make(chan error, 1)
	for _, address := range strings.Split(*listen, ",") {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			log.Fatal(err)
		}
		server := &http.Server{
			Handler:           handler(*service, *cluster, pod),
			ReadHeaderTimeout: 5 * time.Second,
		}
		go func() { failed <- server.Serve(listener) }()
	}
	select {
	case <-stop.Done():
	case err := <-failed:
		if !errors.Is(err, http.ErrServerClosed) {
			log.Fatal(err)
		}
	}
}
