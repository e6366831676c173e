/* Resolves each argument by the C library, both families, as any program
 * would.  Built statically with musl, it behaves as on Alpine. */
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct addrinfo hints, *list;
	int i, err;

	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	for (i = 1; i < argc; i++) {
		err = getaddrinfo(argv[i], NULL, &hints, &list);
		printf("%s: %s\n", argv[i], err ? gai_strerror(err) : "found");
		if (!err)
			freeaddrinfo(list);
	}
	return 0;
}
