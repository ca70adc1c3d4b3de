"""How a multipart body is taken apart. Who asks for it asks `multipartparser`, at Django's address."""
