package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// source is one data source, as GET /api/datasources shows it. Headers go with every query; their
// values may be secret and are not shown.
type source struct {
	ID      int    `json:"id"`
	UID     string `json:"uid"`
	Name    string `json:"name"`
	Type    string `json:"type"`
	URL     string `json:"url"`
	Access  string `json:"access"`
	StandIn string `json:"standIn"`
	headers map[string]string
}

// verdict is the body of GET /api/datasources/uid/UID/health.
type verdict struct {
	Status  string `json:"status"`
	Message string `json:"message"`
	StandIn string `json:"standIn"`
}

// queries are what each type is asked: something that its storage has to answer.
var queries = map[string]string{
	"prometheus": "/api/v1/query?query=vector(1)",
	"loki":       "/loki/api/v1/labels",
	"tempo":      "/api/search?limit=1",
}

func parse(text string) ([]source, error) {
	var planned []struct {
		Name    string            `json:"name"`
		Type    string            `json:"type"`
		URL     string            `json:"url"`
		Headers map[string]string `json:"headers"`
	}
	if err := json.Unmarshal([]byte(text), &planned); err != nil {
		return nil, fmt.Errorf("sources: %w", err)
	}
	found := []source{}
	for number, item := range planned {
		if _, known := queries[item.Type]; !known {
			return nil, fmt.Errorf("sources: %s has the unknown type %q", item.Name, item.Type)
		}
		found = append(found, source{
			ID: number + 1, UID: item.Name, Name: item.Name, Type: item.Type, URL: item.URL,
			Access: "proxy", StandIn: standIn, headers: item.Headers,
		})
	}
	return found, nil
}

// query asks the data source, and returns why its answer is none.
func (s source) query(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(s.URL, "/")+queries[s.Type], nil)
	if err != nil {
		return err
	}
	for name, value := range s.headers {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", s.URL, response.Status)
	}
	var said struct {
		Status string           `json:"status"`
		Traces *json.RawMessage `json:"traces"`
	}
	if err := json.Unmarshal(body, &said); err != nil {
		return fmt.Errorf("%s answered no JSON", s.URL)
	}
	if said.Status != "success" && said.Traces == nil {
		return fmt.Errorf("%s answered, but not with the result of a query", s.URL)
	}
	return nil
}
