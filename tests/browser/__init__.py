"""In a real browser, on the whole running stack: the walks of people through the pages."""
