// Resolves each argument with Go's own resolver, both families.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
)

func main() {
	resolver := &net.Resolver{PreferGo: true}
	for _, name := range os.Args[1:] {
		addresses, err := resolver.LookupHost(context.Background(), name)
		fmt.Println(name, addresses, err)
	}
}
