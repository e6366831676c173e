// Resolves each argument with Go's own resolver, both families, and says what
// lookup.c says.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"
)

func outcome(err error) string {
	var dns *net.DNSError
	switch {
	case err == nil:
		return "found"
	case !errors.As(err, &dns):
		return "failed"
	case dns.IsNotFound:
		return "no-such-name"
	case dns.IsTimeout || dns.IsTemporary:
		return "try-again"
	}
	return "failed"
}

func main() {
	resolver := &net.Resolver{PreferGo: true}
	status := 0
	for _, name := range os.Args[1:] {
		start := time.Now()
		addresses, err := resolver.LookupIPAddr(context.Background(), name)
		waited := time.Since(start).Milliseconds()
		four := 0
		for _, address := range addresses {
			if address.IP.To4() != nil {
				four++
			}
		}
		if err != nil {
			status = 1
		}
		fmt.Printf("%s\t%s\t%d\t%d\t%d\n", name, outcome(err), four,
			len(addresses)-four, waited)
	}
	os.Exit(status)
}
