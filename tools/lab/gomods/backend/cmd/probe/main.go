// Probe asks one question from inside a pod, because the HTTP client of a static busybox crashes
// in the resolver of glibc.
//
//	probe get URL          status and body; exit 1 if there was no answer
//	probe tcp HOST:PORT    both ends of the connection; exit 1 if there was none
//	probe lookup NAME      one address a line; exit 1 if there was none
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

const (
	limit = 2 * time.Second
	most  = 1 << 20
)

func get(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, most))
	fmt.Println(response.StatusCode, string(body))
	return err
}

func tcp(ctx context.Context, address string) error {
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	fmt.Println("connected", connection.LocalAddr(), connection.RemoteAddr())
	return connection.Close()
}

func lookup(ctx context.Context, name string) error {
	addresses, err := net.DefaultResolver.LookupHost(ctx, name)
	for _, address := range addresses {
		fmt.Println(address)
	}
	return err
}

func main() {
	questions := map[string]func(context.Context, string) error{
		"get": get, "tcp": tcp, "lookup": lookup,
	}
	if len(os.Args) != 3 || questions[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: probe get URL | tcp HOST:PORT | lookup NAME")
		os.Exit(2)
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	err := questions[os.Args[1]](ctx, os.Args[2])
	cancel()
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}
