//go:build tools

// Package tools pins what the lab builds from other modules, so that go.sum covers it.
package tools

import (
	_ "istio.io/istio/pilot/cmd/pilot-agent"
	_ "istio.io/istio/pilot/cmd/pilot-discovery"
)
