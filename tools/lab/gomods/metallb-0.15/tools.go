//go:build tools

// Package tools pins what the lab builds from other modules, so that go.sum covers it.
package tools

import (
	_ "go.universe.tf/metallb/controller"
	_ "go.universe.tf/metallb/speaker"
)
