// Grafana stands in for Grafana, and says so in every answer. It has its data sources and nothing
// else: what it says about their health, it has just asked them.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// patience bounds everything that one answer waits for.
const patience = 4 * time.Second

const standIn = "This is the lab's stand-in for Grafana. It proves nothing of Grafana itself."

// health is the body of GET /api/health; Database is "none" where the plan leads to none.
type health struct {
	Database string `json:"database"`
	Message  string `json:"message,omitempty"`
	StandIn  string `json:"standIn"`
}

func handler(sources []source, store *database) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(standIn + "\n"))
	})
	mux.HandleFunc("GET /api/health", func(w http.ResponseWriter, r *http.Request) {
		status, body := http.StatusOK, health{Database: "none", StandIn: standIn}
		if store != nil {
			body.Database = "ok"
			if err := store.login(r.Context()); err != nil {
				status, body.Database, body.Message = http.StatusServiceUnavailable, "failing", err.Error()
			}
		}
		answer(w, status, body)
	})
	mux.HandleFunc("GET /api/datasources", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, sources)
	})
	one := func(serve func(http.ResponseWriter, *http.Request, source)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for _, item := range sources {
				if item.UID == r.PathValue("uid") {
					serve(w, r, item)
					return
				}
			}
			answer(w, http.StatusNotFound, map[string]string{"message": "Data source not found", "standIn": standIn})
		}
	}
	show := one(func(w http.ResponseWriter, _ *http.Request, item source) { answer(w, http.StatusOK, item) })
	mux.HandleFunc("GET /api/datasources/uid/{uid}", show)
	mux.HandleFunc("GET /api/datasources/name/{uid}", show)
	mux.HandleFunc("GET /api/datasources/uid/{uid}/health", one(
		func(w http.ResponseWriter, r *http.Request, item source) {
			status, body := http.StatusOK, verdict{Status: "OK", Message: "The data source answered a query.", StandIn: standIn}
			if err := item.query(r.Context()); err != nil {
				status, body.Status, body.Message = http.StatusBadRequest, "ERROR", err.Error()
			}
			answer(w, status, body)
		}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Trueline-Stand-In", "grafana")
		bounded, cancel := context.WithTimeout(r.Context(), patience)
		defer cancel()
		mux.ServeHTTP(w, r.WithContext(bounded))
	})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func main() {
	listen := flag.String("listen", ":3000", "address to serve on")
	planned := flag.String("sources", "[]", "the data sources, as JSON")
	address := flag.String("database", "", "address and port of the MySQL server, if there is one")
	flag.Parse()
	log.SetFlags(0)

	sources, err := parse(*planned)
	if err != nil {
		log.Fatal(err)
	}
	var store *database
	if *address != "" {
		store = &database{*address, os.Getenv("DATABASE_USER"), os.Getenv("DATABASE_PASSWORD")}
	}
	server := &http.Server{
		Addr:              *listen,
		Handler:           handler(sources, store),
		ReadHeaderTimeout: 5 * time.Second,
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer cancel()
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	select {
	case <-stop.Done():
	case err := <-failed:
		if !errors.Is(err, http.ErrServerClosed) {
			log.Fatal(err)
		}
	}
}
